import { Module } from '@nestjs/common';
import { Notify } from './notify.js';

@Module({ providers: [Notify], exports: [Notify] })
export class NotifyModule {}
