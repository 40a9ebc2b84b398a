/** An established TCP connection, seen from the server. */
export interface Connection {
  readonly port: number;
  /** Of the client, IPv4. */
  readonly peer: string;
}

const established = "01";

/** Reads /proc/net/tcp and tcp6, one after the other: established connections by local port. Only IPv4, also where it is mapped. */
export function parseConnections(text: string): readonly Connection[] {
  return text.split("\n").flatMap((line) => {
    const [, local = "", remote = "", state] = line.trim().split(/\s+/);
    if (state !== established) return [];
    return [{ port: parseInt(local.split(":")[1] ?? "", 16), peer: ipv4(remote.split(":")[0] ?? "") }];
  });
}

/** The last four bytes, which stand in the order of a little-endian machine. */
function ipv4(hex: string): string {
  const bytes = hex.slice(-8).match(/../g) ?? [];
  return bytes
    .reverse()
    .map((byte) => parseInt(byte, 16))
    .join(".");
}
