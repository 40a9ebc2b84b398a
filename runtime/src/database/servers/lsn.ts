/** A place in the primary's write-ahead log, as PostgreSQL writes it: `16/B374D848`. To be handed on as it is. */
export type Position = string;

/** Comparable. Throws where the text is no position. */
export function parsePosition(text: Position): bigint {
  const [high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text)?.slice(1) ?? [];
  if (high === undefined || low === undefined)
    throw new Error(`a position must look like 16/B374D848, not ${JSON.stringify(text)}`);
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

/** Bytes of a page and of a file of the log. */
export interface LogSizes {
  readonly page: bigint;
  readonly segment: bigint;
}

// XLogShortPHD and XLogLongPHD of xlog_internal.h, aligned: at each page's start, the long one at a file's.
const [shortHeader, longHeader] = [24n, 40n];

/**
 * Where the last record ends, from the insert position. That one stands behind the header of a new page, which a replica
 * reaches only with the next record: XLogBytePosToRecPtr against XLogBytePosToEndRecPtr in PostgreSQL's xlog.c.
 */
export function endOfRecords(insert: bigint, { page, segment }: LogSizes): bigint {
  if (insert % segment === longHeader) return insert - longHeader;
  return insert % page === shortHeader ? insert - shortHeader : insert;
}

/** PostgreSQL's form. */
export function formatPosition(position: bigint): Position {
  return `${(position >> 32n).toString(16)}/${(position & 0xffff_ffffn).toString(16)}`.toUpperCase();
}
