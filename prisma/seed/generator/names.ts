/** Names put together by chance from lists of our own: nobody is meant. */

type Heritage = 'british' | 'south-asian' | 'african' | 'caribbean' | 'eastern-european' | 'chinese' | 'arab';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const NAMES: Readonly<
  Record<
    Heritage,
    { readonly female: readonly string[]; readonly male: readonly string[]; readonly family: readonly string[] }
  >
> = {
  british: {
    female: words(`Ada Alice Amber Amy Anna Beatrice Bethany Carol Chloe Clara Daisy Dawn Eleanor Ella Emily Erin Evie
      Faith Fiona Freya Gemma Grace Hannah Harriet Hazel Heather Holly Imogen Iris Isla Ivy Jane Janet Joan Judith Julia
      Karen Kate Laura Leah Lily Linda Lucy Mabel Margaret Martha Maureen Megan Molly Nancy Nora Olive Pamela Patricia
      Paula Penny Poppy Rachel Rosie Ruby Ruth Sally Sandra Sarah Sheila Sophie Susan Tessa Tracey Vera Wendy Zoe`),
    male: words(`Adam Alan Albert Alex Alfie Andrew Archie Arthur Barry Ben Bernard Billy Brian Callum Charlie Chris
      Colin Connor Craig Dan Darren David Dean Dennis Derek Dylan Edward Eric Ethan Finley Frank Gareth Gary George
      Graham Harry Harvey Henry Howard Ian Jack Jacob Jake James Jason Joe John Keith Ken Kevin Leo Lewis Liam Luke
      Malcolm Mark Martin Max Neil Nigel Noah Norman Oliver Oscar Owen Paul Pete Philip Ralph Ray Reggie Rob Roger Roy
      Ryan Sam Scott Sean Simon Stan Steve Stuart Terry Theo Thomas Tim Toby Tom Trevor Victor Will Zach`),
    family:
      words(`Abbotsley Ainscow Alderfield Appleyard Ashcombe Ashdale Aspinall Bagshaw Barleycroft Barnwell Beckford
      Birchall Blackmere Blythman Bowland Bracewell Bramwell Brindle Broadhurst Brookfield Burdock Calderwood Carrow
      Chadfield Chilcott Clayborne Clough Coldwell Copperthwaite Cragg Crosthwaite Daleham Darnley Denholme Draycott
      Dunmore Eastwell Elmhirst Farrowby Fenwright Firth Foxley Garforth Gledhill Goldsworth Greenhalgh Grimshaw
      Hallowell Hardacre Harewood Hartfield Haythorne Heathcote Hebden Hinchcliffe Holloway Holmroyd Ibbotson Ingledew
      Jessop Kettleby Kirkstead Langthorne Larkfield Lindley Lockwood Longstaff Loxley Marchbank Marlowe Meadowcroft
      Mellor Millthorpe Moorhouse Netherfield Norcliffe Oakshott Oldroyd Ormerod Padley Penhale Pickersgill Pinfold
      Quarmby Ramsbottom Ravenscroft Redfearn Ridgeway Rowntree Sandford Saxby Scarfe Shawcross Silkstone Skelton
      Stainforth Stannington Stonehouse Sugden Swale Tattersall Thackray Thornley Tideswell Uttley Varley Wadsworth
      Wainfield Wetherby Whitlock Wickersley Winterbourne Woolley Wrenfield Yardley Yewdale`),
  },
  'south-asian': {
    female: words(`Aaliyah Aisha Amina Anjali Asha Bushra Deepa Fatima Geeta Harpreet Iqra Jasmin Kavita Kiran Lakshmi
      Maryam Meera Nadia Nasreen Neha Parveen Pooja Priya Rabia Rani Rekha Saima Sana Shabnam Simran Sunita Tahira Usha
      Zainab Zara`),
    male: words(`Aarav Abdul Ahmed Ali Amir Anil Arjun Asif Bilal Dev Faisal Gurpreet Hamza Harish Imran Irfan Jagdeep
      Karan Khalid Manish Mohan Naveed Nikhil Omar Rajesh Ravi Rizwan Sajid Sanjay Shahid Sunil Tariq Usman Vijay Yusuf
      Zahid`),
    family: words(`Ahmadi Akhtarzai Alamgir Anandpur Baigwala Bhattal Chaudhwan Chopravala Dhaliwar Desaikar Farooqui
      Gillani Grewalsar Hashmiwala Iqbalzad Jainwala Kakarwal Kaurwala Khanpuri Malikzad Mehtani Mianwala Nairwal
      Pateliya Qureshwal Raipuri Ranawat Sahotra Sandhuwal Sharmani Shethwala Siddiqwal Sohalpur Thakurani Uppalwar
      Virkpuri Zamanwal`),
  },
  african: {
    female: words(`Abena Adaeze Akosua Amara Ayana Blessing Chidinma Efua Esi Fatou Grace Hawa Ifeoma Kemi Makena Mercy
      Ngozi Nia Oluchi Rahel Ruvimbo Sade Thandiwe Wanjiru Yetunde Zola`),
    male: words(`Abdi Adeola Chidi Chinedu Dawit Emeka Femi Ike Jelani Kofi Kwame Kwesi Mensah Musa Nnamdi Obi Olu Samuel
      Sefu Tendai Tunde Uche Yaw Zuberi`),
    family: words(`Abiodare Achebwa Adeyinmo Afolarin Agyekwa Akinbola Amponsah-Reed Asantewa Balewo Chikwanda Danjuwa
      Eberewa Emekari Farahwi Gebrewold Idowari Kamarawe Kipchumwa Mbekwa Moyondo Mugabwe Ndlowu Nkrumawa Nwosari Obanwe
      Ochiewa Okonkwari Olawale-Finch Osei-Marl Sesayo Tadessewa Warsamo Zondiwe`),
  },
  caribbean: {
    female: words(`Alesha Alicia Beverley Camille Charmaine Claudette Denise Dionne Hyacinth Janelle Jada Keisha Latoya
      Leonie Marcia Merlene Natasha Paulette Renee Shanice Sharon Simone Tanisha Yvonne`),
    male: words(`Aaron Andre Carlton Clive Delroy Desmond Devon Dwayne Errol Everton Garfield Jermaine Leroy Lloyd Marlon
      Marvin Neville Omari Rohan Tyrone Wayne Winston`),
    family: words(`Bancroft-Hale Beckles-Moor Campden Claremont Dacosta-Lyle Danvers Edgehill Fairbairn-Cole Gayleford
      Grantham-Bell Hinderson Kingsley-Orr Lambertson Maycroft Merchantson Montrose Pinnockson Powellton Reidford
      Stennettson Thelwell-Dean Walcottson Wynterley`),
  },
  'eastern-european': {
    female: words(`Agnieszka Alina Ana Andreea Beata Daiva Elena Ewa Gabriela Ioana Irena Iwona Jolanta Kasia Lenka
      Magda Maria Mihaela Monika Natalia Oksana Renata Simona Veronika Zofia`),
    male: words(`Adrian Andrei Bogdan Cezary Dariusz Florin Gheorghe Grzegorz Ionut Jakub Janusz Kamil Krzysztof Lukas
      Marek Mihai Nicolae Pavel Piotr Radu Stefan Tomasz Vasile Viktor Wojciech`),
    family: words(`Adamczeski Balanescu-Rau Bielewski Borowiczak Brzezik Ciobanar Dabrowczak Dumitrar Gorskiwicz
      Ionescar Jaworczak Kaminczyk Kovalenik Kowalczar Kucharik Lisowczyk Lungurescu Mazurczak Moldovanar Nowakar
      Olszewik Petrauskar Popescar Rusuvan Sikorczak Stancular Szymar Wieczorik Wozniczak Zielar`),
  },
  chinese: {
    female: words('Fang Hui Jing Lan Li Ling Mei Min Na Ning Qing Wen Xia Xiu Yan Ying Yu Yue Zhen'),
    male: words('Bo Chao Cheng Feng Hai Hao Jian Jun Kai Lei Ming Peng Qiang Tao Wei Xin Yang Yi Zhi'),
    family: words(
      'Baiyun Chanlow Chenfield Cheungham Fengley Hoyin Huangton Kwokley Laowen Leungford Linwei Luoyin Maowen Ngaiwah Songwen Tangley Wongford Wuhan-Lee Xuefield Yipley Zhangham Zhaowen',
    ),
  },
  arab: {
    female: words('Aya Dalia Farah Hala Hanan Huda Iman Layla Lina Maha Mona Nour Rana Reem Salma Samira Yasmin Zeina'),
    male: words(
      'Adel Anas Fadi Firas Ghassan Hadi Hassan Ibrahim Jamal Karim Mahmoud Majid Nabil Rami Sami Tarek Walid Ziad',
    ),
    family: words(
      'Abboudi Alwardeh Barakati Daherwi Darwishan Fakhouran Haddadin-Ray Hakimwi Jabbouri Khalidan Mansourwi Masriwan Najjarin Qasimwi Rahalan Saadwi Shaheenwi Tawilan Zaidanwi',
    ),
  },
};

export type { Heritage };

export const STREETS: readonly string[] = words(`Alderwick Amberside Ashmarsh Barnacre Beckmoor Birchlow Bluebell
  Brackenholt Briarfold Brightwell Cinderford Clovermead Coltsfoot Copperfield Dalewood Dovecote Elderbank Fallowfield
  Fernhollow Fieldfare Foxglove Greenlaw Harebell Hawthorn Hazelmere Heathermoor Hollybush Juniper Kestrel Kingcup
  Lapwing Larchwood Lavender Limekiln Linnet Maplecroft Marigold Millrace Moorgate Nightingale Oakbank Orchard Osprey
  Partridge Peartree Primrose Quarrybank Redstart Rowanlea Saltbox Sandpiper Silverbirch Skylark Sorrel Stonecrop
  Swallowfield Tanyard Thistledown Violet Waterside Wheatear Whinberry Willowbrook Woodlark Yarrow`);

export const STREET_KINDS: readonly string[] = words('Road Street Lane Close Avenue Drive Way Court Gardens Grove');
