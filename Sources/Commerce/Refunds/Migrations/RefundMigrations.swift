import Storage

extension StoredRefunds {
  public static let migrations = [
    Migration("refunds", 1, "001_CreateRefunds") { transaction in
      for table in tables { try transaction.create(table) }
      try transaction.createIndex("refund_request_order", on: "refund_request", ["order_id", "id"])
      // One index per scope, in the order of the list.
      try transaction.createIndex("refund_request_buyer", on: "refund_request", ["buyer_id", "id"])
      try transaction.createIndex("refund_request_merchant", on: "refund_request", ["merchant_id", "state", "id"])
      try transaction.createIndex("refund_request_state", on: "refund_request", ["state", "id"])
      try transaction.createIndex("refund_request_look", on: "refund_request", ["look_at", "id"])
      try transaction.createIndex("refund_claim_order", on: "refund_claim", ["order_id"])
      try transaction.createIndex("refund_record_request", on: "refund_record", ["request_id", "id"])
      try transaction.createIndex("refund_record_order", on: "refund_record", ["order_id", "id"])
    },
    Migration("refunds", 2, "002_MakeWay") { transaction in
      // Drafts that saw an earlier revision of the order wait until then.
      try transaction.addColumn(.integer("revision", default: 0), to: "refund_allowance")
      try transaction.addColumn(.integer("changing_until", default: 0), to: "refund_allowance")
    },
    Migration("refunds", 3, "003_ListRecords") { transaction in
      // In the order of a merchant's list; the platform's goes along the primary key.
      try transaction.createIndex("refund_record_merchant", on: "refund_record", ["merchant_id", "id"])
    },
    Migration("refunds", 4, "004_ExchangeForOtherPrices") { transaction in
      // What was asked before costs the same.
      try transaction.addColumn(.integer("difference", default: 0), to: "refund_request_line")
    },
    Migration("refunds", 5, "005_FindRecordsByAmount") { transaction in
      try transaction.createIndex(
        "refund_record_merchant_amount", on: "refund_record", ["merchant_id", "currency", "amount"])
      try transaction.createIndex("refund_record_amount", on: "refund_record", ["currency", "amount"])
    },
    Migration("refunds", 6, "006_KeepEvidenceApart") { transaction in
      // Pictures from before lie in the store that everybody can see, until they are moved.
      try transaction.addColumn(.integer("is_private", default: 0), to: "refund_evidence")
      try transaction.createIndex(
        "refund_evidence_public", on: "refund_evidence", ["is_private", "request_id", "position"])
    },
    Migration("refunds", 7, "007_FindEvidence") { transaction in
      // By which a picture that nothing shows is told from others.
      try transaction.createIndex("refund_evidence_file", on: "refund_evidence", ["file"])
    },
    Migration("refunds", 8, "008_AddBalance") { transaction in
      try transaction.addColumn(.integer("to_balance", default: 0), to: "refund_request")
    },
  ]

  private static let tables = [
    TableDefinition(
      "refund_request",
      [
        .integer("id"), .text("request_key", 64, nullable: true), .integer("order_id"), .integer("merchant_id"),
        .integer("buyer_id"), .text("kind", 20), .text("state", 20), .text("reason", 20), .text("explanation", 1000),
        .text("currency", 3), .integer("freight"), .integer("asked"), .integer("granted", nullable: true),
        .integer("was_shipped"), .text("answer", 500), .text("carrier", 60, nullable: true),
        .text("tracking_number", 40, nullable: true), .integer("replacement_id", nullable: true),
        .integer("requested_at"), .integer("changed_at"),
        // When the program looks at a case whose money is on its way.
        .integer("look_at", nullable: true),
      ],
      unique: [["request_key"]],
      checks: ["freight >= 0", "asked >= freight", "granted IS NULL OR (granted >= 0 AND granted <= asked)"]),
    TableDefinition(
      "refund_request_line",
      [
        .integer("request_id"), .integer("line_id"), .integer("variant_id"), .integer("quantity"), .integer("amount"),
        .integer("wanted_id", nullable: true), .integer("restocked", nullable: true),
      ],
      primaryKey: ["request_id", "line_id"],
      checks: [
        "quantity > 0", "amount >= 0", "restocked IS NULL OR (restocked >= 0 AND restocked <= quantity)",
      ]),
    TableDefinition(
      "refund_evidence", [.integer("request_id"), .integer("position"), .text("file", 100)],
      primaryKey: ["request_id", "position"]),
    TableDefinition(
      "refund_step",
      [
        .integer("id"), .integer("request_id"), .text("kind", 20), .text("actor", 32), .text("note", 500),
        .integer("happened_at"),
      ],
      primaryKey: ["request_id", "id"]),
    TableDefinition(
      "refund_record",
      [
        .integer("id"), .integer("request_id"), .integer("order_id"), .integer("merchant_id"), .integer("buyer_id"),
        .integer("refund_id", nullable: true), .integer("payment_id", nullable: true), .integer("amount"),
        .text("currency", 3), .integer("settled_at"),
      ],
      // Money is recorded once, whatever happens above it.
      unique: [["refund_id"]], checks: ["amount >= 0"]),
    // What live requests stand for, so that the same units can't be asked back twice.
    TableDefinition(
      "refund_claim",
      [.integer("line_id"), .integer("order_id"), .integer("units"), .integer("amount")],
      primaryKey: ["line_id"], checks: ["units >= 0", "amount >= 0"]),
    // Its row is held while anything of the order's refunds changes.
    TableDefinition(
      "refund_allowance", [.integer("order_id"), .integer("freight"), .integer("granted")],
      primaryKey: ["order_id"], checks: ["freight >= 0", "granted >= 0"]),
  ]
}
