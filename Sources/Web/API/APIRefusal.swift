import Values

/// What the API itself refuses, before any context is asked.
public enum APIRefusal: Refusal, Hashable {
  case unknownPath
  /// With those that are, as in the header `Allow`.
  case methodNotAllowed(String)
  case unknownSession
  case noDevice
  /// JSON that can't be read; the faults say where.
  case malformed([FieldFaults.Fault])
  case idempotencyMismatch
  case idempotencyRunning
  /// It was begun, and nobody here knows whether it was done.
  case outcomeUnknown
  case badIdempotencyKey
  case unknownMerchant
  case unknownVariant
  /// Programs of staff show a token of theirs.
  case tokenNeeded
  case badToken
  /// What `If-Match` names isn't how it stands.
  case changedMeanwhile
  /// The merchant has a product under this handle.
  case handleTaken

  public var code: String {
    switch self {
    case .unknownPath: "unknownPath"
    case .methodNotAllowed: "methodNotAllowed"
    case .unknownSession: "unknownSession"
    case .noDevice: "noDevice"
    case .malformed: "malformedBody"
    case .idempotencyMismatch: "idempotencyMismatch"
    case .idempotencyRunning: "idempotencyRunning"
    case .outcomeUnknown: "outcomeUnknown"
    case .badIdempotencyKey: "badIdempotencyKey"
    case .unknownMerchant: "unknownMerchant"
    case .unknownVariant: "unknownVariant"
    case .tokenNeeded: "tokenNeeded"
    case .badToken: "badToken"
    case .changedMeanwhile: "changedMeanwhile"
    case .handleTaken: "handleTaken"
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownPath, .methodNotAllowed, .unknownMerchant, .unknownVariant: .notFound
    case .unknownSession, .noDevice, .tokenNeeded, .badToken: .unauthenticated
    case .malformed, .idempotencyMismatch, .badIdempotencyKey: .invalid
    case .idempotencyRunning, .outcomeUnknown, .changedMeanwhile, .handleTaken: .conflict
    }
  }
}
