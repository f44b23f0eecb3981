import { Global, Module } from '@nestjs/common';
import { Temporal } from './temporal.js';

@Global()
@Module({ providers: [Temporal], exports: [Temporal] })
export class TemporalModule {}
