import Storage

extension JobRunner {
  public static let migrations = [
    Migration("jobs", 1, "001_CreateJobLease") { transaction in
      try transaction.create(
        TableDefinition(
          "job_lease",
          [
            .text("name", 80), .text("holder", 120, default: ""), .integer("lease_until", default: 0),
            .integer("last_started_at", nullable: true), .integer("last_finished_at", nullable: true),
            .text("last_error", JobLease.errorLimit, nullable: true),
          ],
          primaryKey: ["name"]))
    },
    Migration("jobs", 2, "002_CreateNodeLease") { transaction in
      try transaction.create(
        TableDefinition(
          "node_lease", [.integer("node"), .text("holder", 120), .integer("lease_until")], primaryKey: ["node"]))
    },
    Migration("jobs", 3, "003_AddSuccess") { transaction in
      try transaction.addColumn(.integer("last_succeeded_at", nullable: true), to: "job_lease")
      try transaction.execute("UPDATE job_lease SET last_succeeded_at = last_finished_at WHERE last_error IS NULL")
    },
  ]
}
