const NAMES = Symbol('activities');

type Marked = { [NAMES]?: string[] };
type Handler = (call: never) => Promise<unknown>;

/** Marks a method as an activity of the worker, under its own name. */
export function Activity(): MethodDecorator {
  return (prototype, name) => {
    const marked = prototype as Marked;
    marked[NAMES] = [...(marked[NAMES] ?? []), String(name)];
  };
}

/** Every marked method, bound to its instance. Throws when two have one name: a pathway could not tell them apart. */
export function collectActivities(...instances: readonly object[]): Record<string, Handler> {
  const activities: Record<string, Handler> = {};
  for (const instance of instances) {
    for (const name of (instance as Marked)[NAMES] ?? []) {
      if (name in activities) throw new Error(`Two activities are called ${name}`);
      activities[name] = (instance as Record<string, Handler>)[name]!.bind(instance);
    }
  }
  return activities;
}
