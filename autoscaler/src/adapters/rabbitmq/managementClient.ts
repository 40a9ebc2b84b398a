import { describeError, type Location } from "./location.ts";

/** Of one user of the broker, for AMQP and the management API alike. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Where the API is and who asks. */
export interface ManagementOptions {
  readonly location: Location;
  /** Asked for each request, so that a rotated password is picked up. */
  readonly credentials: () => Promise<Credentials>;
}

/** GET requests to RabbitMQ's management HTTP API. */
export class ManagementClient {
  readonly #options: ManagementOptions;

  constructor(options: ManagementOptions) {
    this.#options = options;
  }

  /** The answer to `path` (no leading slash), read by `read`. Rejects with an error that names host and cause, never credentials. */
  async get<Answer>(path: string, signal: AbortSignal, read: (json: unknown) => Answer): Promise<Answer> {
    const { location, credentials } = this.#options;
    // Known outside of the try, so that the catch can take it out of any error's text.
    let password = "";
    try {
      const user = await credentials();
      password = user.password;
      const authorization = `Basic ${Buffer.from(`${user.username}:${password}`).toString("base64")}`;
      return read(await this.#fetch(path, { headers: { authorization }, signal }));
    } catch (error) {
      throw new Error(`management API ${location.name}: ${describeError(error, password)}`, { cause: error });
    }
  }

  async #fetch(path: string, init: RequestInit): Promise<unknown> {
    const { href } = this.#options.location.url;
    const base = href.endsWith("/") ? href : `${href}/`;
    // A redirect would carry the credentials to another host.
    const response = await fetch(new URL(path, base), { ...init, redirect: "error" });
    if (!response.ok) {
      // An unread body would keep its connection from being used again.
      await response.body?.cancel();
      throw new HttpStatus(response.status);
    }
    return response.json();
  }
}

/** Keeps the number, which `isNotFound` needs after the message has been rewritten. */
class HttpStatus extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

/** Whether `ManagementClient.get` rejected because there is nothing at the path. */
export function isNotFound(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof HttpStatus && error.cause.status === 404;
}
