import Storage
import Synchronization

/// A database in which something else happens just before the next write, or whose reads fail for a while.
final class InterruptedDatabase: Database {
  struct Unreadable: Error {}

  private let inner: any Database
  private let interruption = Mutex<(@Sendable () async throws -> Void)?>(nil)
  private let isReadable = Mutex(true)

  init(_ inner: any Database) { self.inner = inner }

  var dialect: any Dialect { inner.dialect }
  var isShared: Bool { inner.isShared }

  func beforeNextWrite(_ action: @escaping @Sendable () async throws -> Void) { interruption.withLock { $0 = action } }
  func setReadable(_ readable: Bool) { isReadable.withLock { $0 = readable } }

  func read<Value: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> Value) async throws -> Value {
    guard isReadable.withLock({ $0 }) else { throw Unreadable() }
    return try await inner.read(body)
  }

  func write<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
    let action = interruption.withLock { interruption in
      defer { interruption = nil }
      return interruption
    }
    try await action?()
    return try await inner.write(body)
  }

  func withSchemaLock<Value: Sendable>(
    _ body: @Sendable (any Database) async throws -> Value
  ) async throws -> Value {
    try await inner.withSchemaLock(body)
  }

  func close() async throws { try await inner.close() }
}
