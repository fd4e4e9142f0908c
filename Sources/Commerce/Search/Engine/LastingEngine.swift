/// An engine with a life of its own in this process: it keeps an index over restarts, which nobody else changes, so that
/// what it tells of it is known without asking anybody.
public protocol LastingEngine: SearchEngine {
  /// Takes the index that the first process of this machine has, for `open` to open; answers whether no process has it.
  func claimFirst() throws -> Bool
  /// Takes up the index of the last time, or begins an empty one.
  func open() async throws
  func close() async throws
  /// So many documents are gone that `replaceAll` is worth while.
  var isWorn: Bool { get }
}
