/// A description and what runs for it.
struct Endpoint: Sendable {
  let description: APIDescription
  let run: @Sendable (APICall) async throws -> Answer

  init(_ description: APIDescription, run: @escaping @Sendable (APICall) async throws -> Answer) {
    self.description = description
    self.run = run
  }
}
