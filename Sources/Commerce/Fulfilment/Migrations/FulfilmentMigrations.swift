import Storage

extension StoredFulfilment {
  public static let migrations = [
    Migration("fulfilment", 1, "001_CreateParcels") { transaction in
      for table in tables { try transaction.create(table) }
      try transaction.createIndex("consignment_waiting", on: "consignment", ["waits_from", "order_id"])
      try transaction.createIndex("parcel_order", on: "parcel", ["order_id", "id"])
      try transaction.createIndex("parcel_number", on: "parcel", ["tracking_number", "carrier"])
      try transaction.createIndex("parcel_ask", on: "parcel", ["ask_after", "id"])
      try transaction.createIndex("delivery_proof_order", on: "delivery_proof", ["order_id", "id"])
    },
    Migration("fulfilment", 2, "002_KeepProofsApart") { transaction in
      // Pictures from before lie in the store that everybody can see, until they are moved.
      try transaction.addColumn(.integer("is_private", default: 0), to: "delivery_proof")
      try transaction.execute("UPDATE delivery_proof SET is_private = 1 WHERE picture IS NULL")
      try transaction.createIndex("delivery_proof_public", on: "delivery_proof", ["is_private", "id"])
    },
    Migration("fulfilment", 3, "003_FindProofs") { transaction in
      // By which a picture that nothing shows is told from others.
      try transaction.createIndex("delivery_proof_picture", on: "delivery_proof", ["picture"])
    },
  ]

  private static let tables = [
    // One row per order, which whoever packs, sends or delivers holds meanwhile.
    TableDefinition(
      "consignment",
      [
        .integer("order_id"), .integer("merchant_id"), .integer("buyer_id"), .text("method", 20),
        .integer("shipped_at", nullable: true), .integer("delivered_at", nullable: true),
        // Since when the buyer's word is awaited; null while it isn't.
        .integer("waits_from", nullable: true), .integer("closed_at", nullable: true),
      ],
      primaryKey: ["order_id"]),
    TableDefinition(
      "parcel",
      [
        .integer("id"), .integer("order_id"), .text("request_key", 64), .text("state", 20),
        .text("carrier", 60, nullable: true), .text("tracking_number", 40, nullable: true), .text("phone_end", 4),
        .integer("packed_at"), .integer("packed_by"), .integer("handed_over_at", nullable: true),
        .integer("handed_over_by", nullable: true), .integer("delivered_at", nullable: true),
        .integer("latest_at", nullable: true), .text("latest_kind", 20, nullable: true),
        .text("latest_text", 500, nullable: true), .text("latest_place", 100, nullable: true), .text("salt", 32),
        // waiting, subscribed, declined, ended
        .text("tracking", 20), .integer("asks"), .integer("ask_after", nullable: true),
      ],
      unique: [["order_id", "request_key"], ["order_id", "tracking_number", "carrier"]]),
    TableDefinition(
      "parcel_line",
      [.integer("parcel_id"), .integer("line_id"), .integer("order_id"), .integer("quantity")],
      primaryKey: ["parcel_id", "line_id"], checks: ["quantity > 0"]),
    TableDefinition(
      "parcel_trace",
      [
        .integer("parcel_id"), .integer("happened_at"), .text("digest", 16), .integer("order_id"), .text("kind", 20),
        .text("words", 500), .text("place", 100),
      ],
      primaryKey: ["parcel_id", "happened_at", "digest"]),
    TableDefinition(
      "delivery_proof",
      [
        .integer("id"), .integer("order_id"), .text("words", 1000), .text("picture", 80, nullable: true),
        .integer("staff_id"), .integer("kept_at"),
      ]),
    TableDefinition(
      "carrier",
      [
        .text("code", 40), .text("name_en", 60), .text("name_zh", 60), .integer("is_on"),
        .text("tracking_address", 300), .integer("is_tracked"), .integer("asks_for_phone"),
      ],
      primaryKey: ["code"]),
  ]
}
