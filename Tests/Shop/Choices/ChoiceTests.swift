import Testing

/// The choices of docs/governance.md between consistency and availability, each held against the shop that runs.
@Suite struct ChoiceTests {
  // req: 3.3.6-4
  @Test func `every choice in the table has a proof, and the proof is of that choice`() throws {
    let rows = try GovernanceTable(under: "Consistency or availability").rows
    #expect(rows.map { $0[0] } == Operation.allCases.map(\.rawValue))
    for row in rows {
      #expect(Operation(rawValue: row[0])?.proof.choice.rawValue == row[1], "\(row[0])")
      #expect(!row[2].isEmpty, "\(row[0]) says why")
    }
  }

  // req: 3.3.6-4
  @Test(arguments: Operation.allCases) func `the shop keeps to the choice while a part of it is away`(
    operation: Operation
  ) async throws {
    try await operation.proof.run()
  }
}
