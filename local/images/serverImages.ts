import { accountFiles, type Account } from "./accounts.ts";
import type { Debian } from "./debianFiles.ts";
import { librariesLayer, packagesLayer, shellLayer } from "./debianLayers.ts";
import { pathWith, type ImageRecipe } from "./imageRecipe.ts";

interface ServerImage {
  /** Debian's packages; the first one gives the image its version. */
  readonly packages: readonly string[];
  /** The user of its pods: infra/ says which. */
  readonly account: Account;
  /** For what its pods run: their scripts need a shell. */
  readonly withShell: boolean;
  /** Folders on PATH before the usual ones, in which the official images have these programs too. */
  readonly path?: readonly string[];
  readonly env?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
}

/** By the key in Pulumi.local.yaml. */
export const serverImages = {
  rabbitmq: {
    packages: ["rabbitmq-server"],
    account: { name: "rabbitmq", id: 999 },
    withShell: true,
    // Before /usr/sbin, whose programs of the same names change the user first, which only root may.
    path: ["/usr/lib/rabbitmq/bin"],
    command: ["rabbitmq-server"],
  },
  redis: {
    packages: ["redis-server", "redis-tools"],
    account: { name: "redis", id: 999 },
    withShell: true,
    command: ["redis-server"],
  },
  postgres: {
    packages: ["postgresql-17"],
    account: { name: "postgres", id: 999 },
    withShell: true,
    path: ["/usr/lib/postgresql/17/bin"],
    command: ["postgres"],
  },
  pgbouncer: {
    packages: ["pgbouncer"],
    account: { name: "pgbouncer", id: 10_001 },
    withShell: false,
    command: ["pgbouncer"],
  },
  pgbouncerExporter: {
    packages: ["prometheus-pgbouncer-exporter"],
    account: { name: "pgbouncer", id: 10_001 },
    withShell: false,
    entrypoint: ["/usr/bin/prometheus-pgbouncer-exporter"],
  },
  redisExporter: {
    packages: ["prometheus-redis-exporter"],
    account: { name: "redis", id: 999 },
    withShell: false,
    entrypoint: ["/usr/bin/prometheus-redis-exporter"],
  },
  prometheus: {
    packages: ["prometheus"],
    account: { name: "nobody", id: 65_534 },
    withShell: false,
    command: ["prometheus"],
  },
} as const satisfies Readonly<Record<string, ServerImage>>;

/** Recipes of the servers' images, for the references by key; a key that is no server is left to others. */
export function serverRecipes(debian: Debian, references: Readonly<Record<string, string>>): ImageRecipe[] {
  const libraries = librariesLayer(debian);
  const shell = shellLayer(debian);
  return Object.entries<ServerImage>(serverImages).flatMap(([key, image]): ImageRecipe[] => {
    const reference = references[key];
    if (reference === undefined) return [];
    const { packages, withShell, account, path = [], env = [], entrypoint, command } = image;
    const server = packagesLayer(debian, key, { packages, withShell, own: accountFiles(account) });
    return [
      {
        reference,
        layers: [libraries, ...(withShell ? [shell] : []), server],
        config: {
          User: `${account.id}:${account.id}`,
          Env: [pathWith(...path), "LC_ALL=C.UTF-8", ...env],
          ...(entrypoint && { Entrypoint: entrypoint }),
          ...(command && { Cmd: command }),
        },
      },
    ];
  });
}
