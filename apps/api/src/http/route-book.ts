import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

interface Entry {
  readonly path: RegExp;
  readonly methods: Set<string>;
}

/** Which methods each address takes, so that a wrong one can be told from a wrong address. */
@Injectable()
export class RouteBook {
  private readonly entries = new Map<string, Entry>();

  /** Call before any route is added. */
  follow(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url, method }) => {
      if (url.includes('*')) return;
      const entry = this.entries.get(url) ?? { path: patternOf(url), methods: new Set() };
      for (const one of [method].flat()) entry.methods.add(one.toUpperCase());
      this.entries.set(url, entry);
    });
  }

  methodsAt(url: string): string[] {
    const path = url.split('?', 1)[0] ?? url;
    const methods = [...this.entries.values()]
      .filter((entry) => entry.path.test(path))
      .flatMap((entry) => [...entry.methods]);
    return [...new Set(methods)].sort();
  }
}

function patternOf(url: string): RegExp {
  const escaped = url.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/:[A-Za-z]+/g, '[^/]+')}$`);
}
