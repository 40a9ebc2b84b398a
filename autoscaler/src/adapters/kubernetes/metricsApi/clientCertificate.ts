import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";

/** What the TLS layer found out about its peer. */
export type PeerSocket = Pick<TLSSocket, "authorized" | "getPeerX509Certificate">;

/**
 * The peer's certificate if one of the authorities has issued it, judged at `now` (epoch seconds); undefined otherwise.
 * OpenSSL has checked the chain and the purpose against all authorities of both kinds together; which kind it was, and that it still is
 * one of them on a connection which is older than the bundle, is checked here. Intermediate authorities have to be in it.
 */
export function certificateIssuedBy(
  socket: PeerSocket,
  authorities: readonly X509Certificate[],
  now: number,
): X509Certificate | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined || !socket.authorized || !isValid(certificate, now)) return undefined;
  const isIssuer = (authority: X509Certificate): boolean =>
    authority.ca &&
    isValid(authority, now) &&
    certificate.checkIssued(authority) &&
    certificate.verify(authority.publicKey);
  return authorities.some(isIssuer) ? certificate : undefined;
}

/** Values of one attribute of the subject, such as `O`; a subject may have several. */
export function subjectValues(certificate: X509Certificate, attribute: "CN" | "O"): string[] {
  // The text of `subject` cannot be told apart from a name with a line break in it.
  const subject = certificate.toLegacyObject().subject as unknown as Record<string, string | string[] | undefined>;
  return [subject[attribute] ?? []].flat();
}

function isValid({ validFromDate, validToDate }: X509Certificate, now: number): boolean {
  return validFromDate.getTime() <= now * 1000 && now * 1000 <= validToDate.getTime();
}
