import { Controller, Sse } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { Describe } from '../http/describe.js';
import { type Caller, CurrentUser, Needs } from '../identity/index.js';
import { ChangeFeed, type ChangeMessage } from './change-feed.js';

@ApiTags('changes')
@Controller('api/changes')
export class ChangeController {
  constructor(private readonly feed: ChangeFeed) {}

  @Sse()
  @Needs('changes:read')
  @Describe({
    summary: "Server-sent events: what changed for one's own team or organisation, as it happens.",
    media: 'text/event-stream',
  })
  follow(@CurrentUser() user: Caller): Observable<ChangeMessage> {
    return this.feed.follow(user);
  }
}
