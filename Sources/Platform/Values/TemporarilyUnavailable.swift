/// A fault of something that the shop stands on. One that may be over in a moment is told as "try again", not as broken.
public protocol PassingFault: Error {
  var mayPass: Bool { get }
  /// Whether what was asked for may have been done in spite of it.
  var mayHaveActed: Bool { get }
}

extension PassingFault {
  public var mayHaveActed: Bool { false }
}

/// What a passing fault is told as. What was asked for may have been done in spite of it.
public struct TemporarilyUnavailable: Refusal, Hashable, Codable {
  public init() {}

  public var code: String { "temporarilyUnavailable" }
  public var details: [String: String] { ["retryAfterSeconds": "3"] }
  public var kind: RefusalKind { .unavailable }
}

/// The refusal that an error is told as, if it is one: itself, or the one for passing faults.
public func refusal(in error: any Error) -> (any Refusal)? {
  if let refusal = error as? any Refusal { return refusal }
  return (error as? any PassingFault)?.mayPass == true ? TemporarilyUnavailable() : nil
}
