import { Controller, Get, Redirect } from '@nestjs/common';
import { Access } from './access/public.decorator.js';

/** The address that `npm start` prints. */
@Controller()
@Access('no-token')
export class HomeController {
  @Get()
  @Redirect('/api/docs', 302)
  home(): void {}
}
