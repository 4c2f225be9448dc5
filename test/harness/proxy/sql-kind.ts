/** What a statement does, told from its text: enough for statements of ours, no parser of SQL. */

export type StatementKind = 'begin' | 'commit' | 'rollback' | 'write' | 'other'

/** The statements of one query string; texts within quotes and comments are left out of them. */
export const statementsIn = (text: string): readonly string[] =>
  text
    .replaceAll(/\$(\w*)\$[\s\S]*?\$\1\$|'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')

/** `commit prepared` and `rollback to` end no transaction of this session. A function that writes is not seen. */
export const kindOf = (statement: string): StatementKind => {
  const text = statement.toLowerCase()
  if (/^(begin|start\s+transaction)\b/.test(text)) return 'begin'
  if (/^(commit|end)\b(?!\s+prepared)/.test(text)) return 'commit'
  if (
    /^(rollback|abort|prepare\s+transaction)\b(?!(\s+(work|transaction))?\s+to\b)(?!\s+prepared)/.test(text)
  )
    return 'rollback'
  const withoutLocks = text.replaceAll(/\bfor\s+(no\s+key\s+)?update\b/g, '')
  return writing.test(withoutLocks) ? 'write' : 'other'
}

const writing =
  /^(create|alter|drop|truncate|copy)\b|\b(insert\s+into|delete\s+from|merge\s+into)\b|\bupdate\s+(only\s+)?["\w]/
