import pg from "pg";

/** One connection to a server; TLS checks the certificate's name and who signed it. */
export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** PEM of the authority that signed the server's certificate; false: no TLS, for loopback. */
  readonly tls: { readonly ca: string } | false;
}

const connectSeconds = 10;

/** Connects, hands the client to the work, and ends the connection whatever happens. */
export async function withClient<Result>(
  options: ConnectionOptions,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const { host, port, database, user, password, tls } = options;
  const client = new pg.Client({
    host,
    port,
    database,
    user,
    password,
    ssl: tls,
    connectionTimeoutMillis: connectSeconds * 1000,
    application_name: "schema",
  });
  // A connection that breaks also fails the query under way; without a listener the event would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect().catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`cannot connect to ${database} at ${host}:${port} as ${user}: ${reason}`, { cause: error });
    });
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
