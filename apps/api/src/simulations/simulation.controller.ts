import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ProgrammesService } from '#care/programmes';
import { shippedAssumptions, type Simulation, SimulationsService } from '#care/reports';
import { Describe } from '../http/describe.js';
import { type Caller, CurrentUser, Needs } from '../identity/index.js';
import { SimulationRunner } from './simulation-runner.js';
import {
  simulationChoicesSchema,
  type SimulationChoicesView,
  simulationPath,
  simulationReportSchema,
  type SimulationReportView,
  simulationSchema,
  simulationsQuery,
  type SimulationsQuery,
  simulationsSchema,
  type SimulationsView,
  type SimulationView,
  type SimulationWishBody,
  simulationWishSchema,
} from './simulation.schema.js';

/** Forecasts of a programme's work: its real pathway walked over the register with skipped time. */
@ApiTags('simulations')
@Controller('api/simulations')
export class SimulationController {
  constructor(
    private readonly simulations: SimulationsService,
    private readonly programmes: ProgrammesService,
    private readonly runner: SimulationRunner,
  ) {}

  @Get()
  @Needs('simulations:read')
  @Describe({ summary: 'The runs there were, newest first, with how far each is.', answer: simulationsSchema })
  async list(
    @CurrentUser() user: Caller,
    @Query({ schema: simulationsQuery }) { programme, limit }: SimulationsQuery,
  ): Promise<SimulationsView> {
    const runs = await this.simulations.list({ programme, limit });
    return { items: runs.map((run) => shown(run, user)) };
  }

  @Get('choices')
  @Needs('simulations:run')
  @Describe({ summary: 'What can be simulated: programmes with their versions.', answer: simulationChoicesSchema })
  async choices(): Promise<SimulationChoicesView> {
    const titles = new Map((await this.programmes.listLive()).map(({ programme, title }) => [programme, title]));
    const programmes = await this.simulations.listProgrammes();
    return {
      programmes: programmes.map((one) => ({ ...one, title: titles.get(one.programme) ?? one.programme })),
      overWeeks: shippedAssumptions().letIn.overWeeks,
    };
  }

  @Post()
  @Needs('simulations:run')
  @Describe({
    summary: 'Begins a run; it is walked in the background.',
    status: 202,
    body: true,
    answer: simulationSchema,
    refusals: [
      'simulations.programme_missing',
      'simulations.version_missing',
      'simulations.out_of_range',
      'simulations.nobody_found',
      'simulations.running',
    ],
  })
  async begin(
    @CurrentUser() user: Caller,
    @Body({ schema: simulationWishSchema }) wish: SimulationWishBody,
  ): Promise<SimulationView> {
    const run = await this.simulations.ask(wish);
    await this.runner.start(run.id);
    return shown(run, user);
  }

  @Get(':id')
  @Needs('simulations:read')
  @Describe({
    summary: 'One run, with what came of it once it is finished.',
    answer: simulationReportSchema,
    refusals: ['simulations.simulation_missing'],
  })
  async show(
    @CurrentUser() user: Caller,
    @Param({ schema: simulationPath }) { id }: { id: string },
  ): Promise<SimulationReportView> {
    const result = await this.simulations.findResult(id);
    return { simulation: shown(await this.simulations.get(id), user), result };
  }

  @Post(':id/stop')
  @Needs('simulations:run')
  @Describe({
    summary: 'Asks a run to stop; it does within moments, and leaves nothing behind.',
    answer: simulationSchema,
    refusals: ['simulations.simulation_missing', 'simulations.over'],
  })
  async stop(
    @CurrentUser() user: Caller,
    @Param({ schema: simulationPath }) { id }: { id: string },
  ): Promise<SimulationView> {
    return shown(await this.simulations.stop(id), user);
  }
}

function shown({ requestedBy, ...run }: Simulation, user: Caller): SimulationView {
  return { ...run, mine: requestedBy === user.id };
}
