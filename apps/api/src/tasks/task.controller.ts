import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { TasksService } from '#care/tasks';
import { Describe } from '../http/describe.js';
import { CurrentUser, Needs, type Caller } from '../identity/index.js';
import {
  type Completion,
  completionSchema,
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
@Needs('task.work')
@Controller('api')
export class TaskController {
  constructor(private readonly tasks: TasksService) {}

  @Get('worklist')
  @Describe({ summary: "One page of the team's work, most pressing first.", answer: worklistSchema })
  worklist(@CurrentUser() user: Caller, @Query({ schema: worklistQuery }) query: WorklistQuery): Promise<WorklistView> {
    return this.tasks.worklist({ ...query, teamKey: user.team, account: user.id });
  }

  @Get('tasks/:id')
  @Describe({
    summary: 'A task with its person; reading it is recorded.',
    answer: taskSchema,
    refusals: ['tasks.task_missing'],
  })
  show(@CurrentUser() user: Caller, @Param({ schema: taskPath }) { id }: { id: string }): Promise<TaskView> {
    return this.tasks.getTask({ id, teamKey: user.team, account: user.id });
  }

  @Post('tasks/:id/claim')
  @Describe({
    summary: 'Take a task on.',
    answer: taskStandingSchema,
    refusals: ['tasks.task_missing', 'tasks.task_closed', 'tasks.task_taken'],
  })
  claim(@CurrentUser() user: Caller, @Param({ schema: taskPath }) { id }: { id: string }): Promise<TaskStandingView> {
    return this.tasks.claim(id, user.id);
  }

  @Post('tasks/:id/release')
  @Describe({
    summary: 'Give a task back to the team.',
    answer: taskStandingSchema,
    refusals: ['tasks.task_missing', 'tasks.task_closed', 'tasks.task_taken'],
  })
  release(@CurrentUser() user: Caller, @Param({ schema: taskPath }) { id }: { id: string }): Promise<TaskStandingView> {
    return this.tasks.release(id, user.id);
  }

  @Post('tasks/:id/completion')
  @Describe({
    summary: 'Record how the task went; the pathway goes on.',
    body: true,
    answer: taskStandingSchema,
    refusals: [
      'tasks.task_missing',
      'tasks.task_closed',
      'tasks.task_taken',
      'tasks.task_changed',
      'tasks.outcome_unknown',
      'tasks.value_needed',
    ],
  })
  complete(
    @CurrentUser() user: Caller,
    @Param({ schema: taskPath }) { id }: { id: string },
    @Body({ schema: completionSchema }) body: Completion,
  ): Promise<TaskStandingView> {
    return this.tasks.complete({ taskId: id, accountId: user.id, ...body });
  }
}
