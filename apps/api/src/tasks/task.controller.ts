import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { TasksService } from '#care/tasks';
import { Describe } from '../http/describe.js';
import { type Caller, CurrentUser, Needs } from '../identity/index.js';
import { TaskPages, workerOf } from './task-view.js';
import {
  type CancelRung,
  cancelRungSchema,
  type Completion,
  completionSchema,
  rungPath,
  type Snooze,
  snoozeSchema,
  taskPath,
  taskSchema,
  taskStandingSchema,
  type TaskStandingView,
  type TaskView,
  type WorklistQuery,
  worklistQuery,
  worklistSchema,
  type WorklistView,
} from './task.schema.js';

@ApiTags('tasks')
@Controller('api')
export class TaskController {
  constructor(
    private readonly tasks: TasksService,
    private readonly pages: TaskPages,
  ) {}

  @Get('worklist')
  @Needs('worklist:read')
  @Describe({
    summary: "One page of the team's work, most pressing first, without names.",
    answer: worklistSchema,
    refusals: ['tasks.worklist_query_wrong'],
  })
  worklist(@CurrentUser() user: Caller, @Query({ schema: worklistQuery }) query: WorklistQuery): Promise<WorklistView> {
    return this.tasks.worklist({ ...query, ...workerOf(user) });
  }

  @Get('tasks/:id')
  @Needs('tasks:work')
  @Describe({
    summary: 'A task with its person; reading it is recorded.',
    answer: taskSchema,
    refusals: ['tasks.task_missing'],
  })
  show(@CurrentUser() user: Caller, @Param({ schema: taskPath }) { id }: { id: string }): Promise<TaskView> {
    return this.pages.show(id, workerOf(user));
  }

  @Post('tasks/:id/claim')
  @Needs('tasks:work')
  @Describe({
    summary: 'Take a task on.',
    answer: taskStandingSchema,
    refusals: ['tasks.task_missing', 'tasks.task_closed', 'tasks.already_claimed'],
  })
  async claim(
    @CurrentUser() user: Caller,
    @Param({ schema: taskPath }) { id }: { id: string },
  ): Promise<TaskStandingView> {
    const worker = workerOf(user);
    return this.pages.standing(await this.tasks.claim(id, worker), worker);
  }

  @Post('tasks/:id/release')
  @Needs('tasks:work')
  @Describe({
    summary: 'Give a task back to the team.',
    answer: taskStandingSchema,
    refusals: ['tasks.task_missing', 'tasks.task_closed', 'tasks.already_claimed'],
  })
  async release(
    @CurrentUser() user: Caller,
    @Param({ schema: taskPath }) { id }: { id: string },
  ): Promise<TaskStandingView> {
    const worker = workerOf(user);
    return this.pages.standing(await this.tasks.release(id, worker), worker);
  }

  @Post('tasks/:id/completion')
  @Needs('tasks:work')
  @Describe({
    summary: 'Record how the task went; the pathway goes on.',
    body: true,
    answer: taskStandingSchema,
    refusals: [
      'tasks.task_missing',
      'tasks.task_closed',
      'tasks.already_claimed',
      'tasks.task_changed',
      'tasks.outcome_unknown',
      'tasks.value_not_allowed',
      'tasks.note_too_long',
      'tasks.day_wrong',
    ],
  })
  async complete(
    @CurrentUser() user: Caller,
    @Param({ schema: taskPath }) { id }: { id: string },
    @Body({ schema: completionSchema }) body: Completion,
  ): Promise<TaskStandingView> {
    const worker = workerOf(user);
    return this.pages.standing(await this.tasks.complete({ taskId: id, worker, ...body }), worker);
  }

  @Post('tasks/:id/snooze')
  @Needs('tasks:work')
  @Describe({
    summary: 'Take a task off the list until a day. What is left until it is due, and its ladder, count from there.',
    body: true,
    answer: taskStandingSchema,
    refusals: [
      'tasks.task_missing',
      'tasks.task_closed',
      'tasks.task_paused',
      'tasks.already_claimed',
      'tasks.task_changed',
      'tasks.day_wrong',
    ],
  })
  async snooze(
    @CurrentUser() user: Caller,
    @Param({ schema: taskPath }) { id }: { id: string },
    @Body({ schema: snoozeSchema }) body: Snooze,
  ): Promise<TaskStandingView> {
    const worker = workerOf(user);
    return this.pages.standing(await this.tasks.snooze({ taskId: id, worker, ...body }), worker);
  }

  @Post('tasks/:id/rungs/:rung/cancel')
  @Needs('tasks:work')
  @Describe({
    summary: 'Keep a reminder or an escalation of a task from happening; the reason is kept.',
    body: true,
    status: 204,
    refusals: ['tasks.task_missing', 'tasks.task_closed', 'tasks.rung_missing', 'tasks.rung_climbed'],
  })
  async cancelRung(
    @CurrentUser() user: Caller,
    @Param({ schema: rungPath }) { id, rung }: { id: string; rung: number },
    @Body({ schema: cancelRungSchema }) { because }: CancelRung,
  ): Promise<void> {
    await this.tasks.cancelRung({ taskId: id, worker: workerOf(user), rung, because });
  }
}
