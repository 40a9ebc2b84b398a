import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

/** What it does with a text: rows, an error that ends the connection, or nothing at all. */
export type Reply = { readonly rows: readonly Record<string, string>[] } | { readonly fatal: string } | "silence";

export interface FakePostgres {
  readonly port: number;
  /** Connections that have ever been let in. */
  readonly opened: number;
  readonly texts: readonly string[];
  /** False: takes connections and never answers them. */
  letIn: boolean;
  /** By default one row with the text. */
  reply: (text: string, connection: number) => Reply | Promise<Reply>;
  close(): Promise<void>;
}

const message = (type: string, ...parts: readonly (Buffer | string | number)[]): Buffer => {
  const body = Buffer.concat(
    parts.map((part) => {
      if (typeof part === "string") return Buffer.from(`${part}\0`);
      if (typeof part !== "number") return part;
      const number = Buffer.alloc(4);
      number.writeInt32BE(part);
      return number;
    }),
  );
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const short = (value: number): Buffer => {
  const number = Buffer.alloc(2);
  number.writeInt16BE(value);
  return number;
};
const ready = message("Z", Buffer.from("I"));

/** Speaks as much of the protocol as simple queries need; all columns are text. */
export async function startFakePostgres(): Promise<FakePostgres> {
  const sockets = new Set<Socket>();
  const texts: string[] = [];
  const server = createServer((socket) => {
    let number = 0;
    let rest = Buffer.alloc(0);
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    socket.on("data", (data) => {
      rest = Buffer.concat([rest, data]);
      if (number === 0) {
        if (!fake.letIn) return;
        number = fake.opened += 1;
        rest = rest.subarray(rest.readInt32BE(0));
        socket.write(Buffer.concat([message("R", 0), message("K", number, number), ready]));
      }
      while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
        const end = 1 + rest.readInt32BE(1);
        if (rest.toString("latin1", 0, 1) === "Q") void answer(socket, rest.toString("utf8", 5, end - 1), number);
        rest = rest.subarray(end);
      }
    });
  });
  const answer = async (socket: Socket, text: string, connection: number): Promise<void> => {
    texts.push(text);
    const reply = await fake.reply(text, connection);
    if (reply === "silence") return;
    if ("fatal" in reply) {
      const fields = [Buffer.from("S"), "FATAL", Buffer.from("C"), "08P01", Buffer.from("M"), reply.fatal];
      socket.end(message("E", ...fields, Buffer.from([0])));
      return;
    }
    const names = Object.keys(reply.rows[0] ?? {});
    const columns = names.flatMap((name) => [name, 0, short(0), 25, short(-1), -1, short(0)]);
    const rows = reply.rows.map((row) => {
      const cells = names.map((name) => Buffer.from(row[name]!));
      return message("D", short(names.length), ...cells.flatMap((cell) => [cell.length, cell]));
    });
    const head = message("T", short(names.length), ...columns);
    socket.write(Buffer.concat([head, ...rows, message("C", `SELECT ${rows.length}`), ready]));
  };
  const fake = {
    port: 0,
    opened: 0,
    texts,
    letIn: true,
    reply: (text: string, _connection: number): Reply | Promise<Reply> => ({ rows: [{ text }] }),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  fake.port = (server.address() as AddressInfo).port;
  return fake;
}
