import AuditLog
import Storage
import Values

/// Why staff took orders for received.
extension StoredFulfilment {
  public func proofs(of order: OrderID) async throws -> [DeliveryProof] {
    try await database.read { transaction in
      try transaction.rows("SELECT * FROM delivery_proof WHERE order_id = \(order) ORDER BY id LIMIT 20").map { row in
        let picture: String? = try row["picture"]
        return DeliveryProof(
          text: try row["words"], picture: picture.flatMap(FileKey.init(rawValue:)), staff: try row["staff_id"],
          at: try row["kept_at"])
      }
    }
  }

  public func keep(_ proof: ProofDraft, of order: OrderToSend, by staff: StaffID) async throws -> DeliveryProof {
    var faults = FieldFaults()
    let text = faults.text(proof.text, "proof", max: 1000, required: proof.picture == nil, multiline: true)
    try faults.throwIfAny()
    let kept = DeliveryProof(text: text, picture: proof.picture, staff: staff, at: clock.now)
    let id: ID<ProofTag> = ids.next()
    return try await database.write { transaction in
      try lockedConsignment(of: order, in: transaction)
      let count: Int = try transaction.value("SELECT COUNT(*) FROM delivery_proof WHERE order_id = \(order.order)") ?? 0
      guard count < 20 else { throw FieldFaults(field: "proof", code: "tooMany", details: ["max": "20"]) }
      try transaction.execute(
        """
        INSERT INTO delivery_proof (id, order_id, words, picture, staff_id, kept_at, is_private)
        VALUES (\(id), \(order.order), \(text), \(proof.picture?.rawValue), \(staff), \(kept.at), 1)
        """)
      try note(
        "fulfilment.keepProof", on: order, after: ["proof": text, "picture": proof.picture], by: staff,
        in: transaction)
      return kept
    }
  }

  public func proofs(among files: [FileKey]) async throws -> Set<FileKey> {
    guard !files.isEmpty else { return [] }
    return try await database.read { transaction in
      let named: [String] = try transaction.rows(
        """
        SELECT DISTINCT picture FROM delivery_proof WHERE picture IN \(list: files.map(\.rawValue)) ORDER BY picture
        LIMIT \(files.count)
        """
      ).map { try $0["picture"] }
      return Set(named.compactMap(FileKey.init(rawValue:)))
    }
  }

  public func publicProofs(limit: Int) async throws -> [FileKey] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT picture FROM delivery_proof WHERE is_private = 0 AND picture IS NOT NULL ORDER BY id
        LIMIT \(min(max(limit, 1), 500))
        """
      ).map { row in
        guard let file = FileKey(rawValue: try row["picture"]) else {
          throw RowFault.misfit(column: "picture", type: "FileKey")
        }
        return file
      }
    }
  }

  public func noteProofsApart(_ files: [FileKey]) async throws {
    guard !files.isEmpty else { return }
    try await database.write { transaction in
      _ = try transaction.execute(
        """
        UPDATE delivery_proof SET is_private = 1 WHERE is_private = 0 AND picture IN \(list: files.map(\.rawValue))
        """)
    }
  }
}

/// Identifies a proof; never leaves the context.
enum ProofTag: Identified { static let prefix = "prf" }
