import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Describe } from '../http/describe.js';
import { Public } from '../identity/index.js';
import { welcomeSchema, type WelcomeView } from './welcome.schema.js';
import { Welcome } from './welcome.js';

@ApiTags('welcome')
@Controller('api/welcome')
export class WelcomeController {
  constructor(private readonly welcome: Welcome) {}

  @Get()
  @Public()
  @Describe({
    summary: 'Who to log in as, and what to try in ten minutes; in embedded mode only.',
    caller: 'anybody',
    answer: welcomeSchema,
    refusals: ['welcome.not_embedded'],
  })
  show(): Promise<WelcomeView> {
    return this.welcome.show();
  }
}
