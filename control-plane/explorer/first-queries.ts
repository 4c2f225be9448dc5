/** What stands in an explorer's editor at first: a query that answers something on every installation. */

const howTo = `# 1. "Set Headers", the first symbol on the left: put your key in the place of trp_PUT_YOUR_KEY_HERE.
# 2. "Reload docs", the arrows beside "Docs": what can be asked, with completion as you type.
# 3. "Send Request".
`

export const firstQueries = {
  public: `${howTo}{
  packages(first: 5) {
    nodes {
      trackingId
      state
      updatedAt
      history(first: 3) { nodes { time scan message } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  operator: `${howTo}{
  cluster { liveProcesses unreadyProcesses lagRecords lagMs recordsPerSecond }
  groups {
    nodes {
      name
      lagRecords
      lagMs
      partitions {
        nodes { topic partition hold frontier end lagRecords lagMs process { id nodeName } }
      }
    }
  }
  lastErrors(first: 5) { at code message topic partition offset }
}
`,
} as const
