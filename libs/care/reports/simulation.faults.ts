import { Fault } from '#platform/kernel';

export class SimulationProgrammeMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'simulations.programme_missing';
  constructor(programme: string, meant: string | null, known: readonly string[]) {
    const instead = meant ? `Did you mean ${meant}?` : `There are ${known.join(', ') || 'none loaded yet'}.`;
    super(`There is no programme ${programme}. ${instead}`, { programme });
  }
}

export class SimulationVersionMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'simulations.version_missing';
  constructor(programme: string, version: number, known: readonly number[]) {
    super(`${programme} has no version ${version}; it has ${known.join(', ')}.`, { programme });
  }
}

export class SimulationOutOfRange extends Fault {
  readonly kind = 'invalid';
  readonly code = 'simulations.out_of_range';
  constructor(what: string, from: number, to: number) {
    super(`${what} must be a whole number from ${from} to ${to}.`);
  }
}

export class NobodyToSimulate extends Fault {
  readonly kind = 'conflict';
  readonly code = 'simulations.nobody_found';
  constructor(programme: string) {
    super('Nobody on the register is whom this programme is for, and in a team. Import people first.', { programme });
  }
}

export class SimulationRunning extends Fault {
  readonly kind = 'conflict';
  readonly code = 'simulations.running';
  constructor(simulationId: string) {
    super('Another simulation is running. Wait until it has finished, or stop it.', { simulationId });
  }
}

export class SimulationMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'simulations.simulation_missing';
  constructor(simulationId: string) {
    super('There is no such simulation.', { simulationId });
  }
}

export class SimulationOver extends Fault {
  readonly kind = 'conflict';
  readonly code = 'simulations.over';
  constructor(simulationId: string) {
    super('This simulation is over already.', { simulationId });
  }
}
