import type { IncomingMessage } from "node:http";
import type { Clock } from "../../../ports/clock.ts";
import type { AuthenticationConfig } from "./authentication.ts";
import { certificateIssuedBy, subjectValues, type PeerSocket } from "./clientCertificate.ts";
import { userOfHeaders } from "./identityHeaders.ts";
import { Refusal } from "./status.ts";
import type { TokenReviewer } from "./tokenReviewer.ts";
import { withAuthenticatedGroup, type User } from "./user.ts";

/** Whom an Authenticator believes. */
export interface AuthenticatorOptions {
  /** Undefined before it has been read for the first time. */
  readonly config: () => AuthenticationConfig | undefined;
  readonly tokens: Pick<TokenReviewer, "userOf">;
  readonly clock: Pick<Clock, "now">;
}

/** Finds out who asks, in the order of k8s.io/apiserver's delegated authentication. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /** Rejects with a Refusal for somebody who cannot be told. */
  async authenticate(request: IncomingMessage): Promise<User> {
    const config = this.#options.config();
    if (config === undefined)
      throw new Refusal("ServiceUnavailable", "the API server's authorities have not been read yet");
    // The connection of an HTTPS server is one.
    const socket = request.socket as unknown as PeerSocket;
    const user =
      this.#ofProxy(socket, request, config) ?? this.#ofCertificate(socket, config) ?? (await this.#ofToken(request));
    if (user === undefined) throw new Refusal("Unauthorized", "Unauthorized");
    return withAuthenticatedGroup(user);
  }

  #ofProxy(socket: PeerSocket, request: IncomingMessage, config: AuthenticationConfig): User | undefined {
    const certificate = certificateIssuedBy(socket, config.proxyAuthorities, this.#options.clock.now());
    if (certificate === undefined) return undefined;
    const name = subjectValues(certificate, "CN").at(-1) ?? "";
    if (config.proxyNames.length > 0 && !config.proxyNames.includes(name)) return undefined;
    return userOfHeaders(request.headersDistinct, config.headers);
  }

  #ofCertificate(socket: PeerSocket, { clientAuthorities }: AuthenticationConfig): User | undefined {
    const certificate = certificateIssuedBy(socket, clientAuthorities, this.#options.clock.now());
    const username = certificate && subjectValues(certificate, "CN").at(-1);
    if (certificate === undefined || username === undefined || username === "") return undefined;
    return { username, groups: subjectValues(certificate, "O"), extra: {} };
  }

  async #ofToken({ headers }: IncomingMessage): Promise<User | undefined> {
    const [, token] = /^bearer +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
    return token === undefined ? undefined : this.#options.tokens.userOf(token);
  }
}
