import { parseSync } from "libpg-query";

/** What a text's grammar tells about it. */
export interface Analysis {
  /** Every statement is of a form that only reads; what its functions do is another question. */
  readonly reads: boolean;
  /** Names of the functions it calls, without schema, as PostgreSQL stores them. */
  readonly functions: readonly string[];
  /** Begins or ends a transaction; a savepoint does neither. */
  readonly endsTransaction: boolean;
}

const writes: Analysis = { reads: false, functions: [], endsTransaction: false };

// Each takes a row lock, makes a table or changes rows, wherever in a SELECT it stands.
const writingKeys = new Set(["intoClause", "lockingClause"]);

const savepoints = new Set(["TRANS_STMT_SAVEPOINT", "TRANS_STMT_RELEASE", "TRANS_STMT_ROLLBACK_TO"]);

type Node = Readonly<Record<string, unknown>>;

/** Parses with PostgreSQL's own grammar; the parser must have been loaded. A text that is no SQL counts as writing. */
export function analyse(text: string): Analysis {
  let statements: readonly Node[];
  try {
    statements = (parseSync(text).stmts ?? []).map(({ stmt }) => (stmt ?? {}) as Node);
  } catch {
    // The server shall say what is wrong with it.
    return writes;
  }
  const functions = new Set<string>();
  const reads = statements.length > 0 && statements.every((statement) => readsOnly(statement, functions));
  return { reads, functions: [...functions], endsTransaction: statements.some(endsTransaction) };
}

function readsOnly(statement: Node, functions: Set<string>): boolean {
  if (isNode(statement["SelectStmt"])) return walk(statement, functions);
  const explain = statement["ExplainStmt"];
  if (!isNode(explain) || !isNode(explain["query"])) return false;
  const options = Array.isArray(explain["options"]) ? (explain["options"] as readonly unknown[]) : [];
  // ANALYZE runs the statement, whatever value stands behind the word.
  if (options.some((option) => definitionName(option) === "analyze")) return false;
  return isNode(explain["query"]["SelectStmt"]) && walk(explain["query"], functions);
}

/** False at anything but SELECT; collects function names. Not recursive: a long chain of operators is a deep tree. */
function walk(root: Node, functions: Set<string>): boolean {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (Array.isArray(value)) open.push(...(value as readonly unknown[]));
    else if (isNode(value) && !visit(value, open, functions)) return false;
  }
  return true;
}

function visit(node: Node, open: unknown[], functions: Set<string>): boolean {
  for (const [key, child] of Object.entries(node)) {
    // The kinds of statement have names in this form, such as InsertStmt in a WITH.
    if (writingKeys.has(key) || (key.endsWith("Stmt") && key !== "SelectStmt")) return false;
    if (key === "FuncCall") functions.add(functionName(child));
    open.push(child);
  }
  return true;
}

/** An empty name, which no function has, where the tree is not as expected. */
function functionName(call: unknown): string {
  const parts = isNode(call) && Array.isArray(call["funcname"]) ? (call["funcname"] as readonly unknown[]) : [];
  const last = parts.at(-1);
  const text = isNode(last) && isNode(last["String"]) ? last["String"]["sval"] : undefined;
  return typeof text === "string" ? text : "";
}

function definitionName(option: unknown): unknown {
  return isNode(option) && isNode(option["DefElem"]) ? option["DefElem"]["defname"] : undefined;
}

function endsTransaction(statement: Node): boolean {
  const found = statement["TransactionStmt"];
  return isNode(found) && !savepoints.has(String(found["kind"]));
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);
