import { ReportsService } from '#care/reports';

export const wrong = ReportsService;
