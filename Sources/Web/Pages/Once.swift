import Synchronization

/// A value that is made when it is asked for first and kept from then on. One that can't be made is tried again.
public final class Once<Value: Sendable>: Sendable {
  private let make: @Sendable () throws -> Value
  private let kept = Mutex<Value?>(nil)

  public init(_ make: @escaping @Sendable () throws -> Value) { self.make = make }

  public var value: Value {
    get throws {
      try kept.withLock { kept in
        if let kept { return kept }
        let fresh = try make()
        kept = fresh
        return fresh
      }
    }
  }
}
