/// To whom the log of deeds puts down what is done, and where it came from. Requests of staff and commands set it for all
/// that is done on their behalf; engines carry it into their transactions.
public struct AuditActor: Hashable, Sendable {
  public enum Who: Hashable, Sendable {
    case staff(StaffID)
    /// Somebody at the door of the back office who isn't logged in.
    case visitor
    /// Somebody at the terminal of the server.
    case command
    /// The shop by itself.
    case program

    public init?(_ text: String) {
      switch text {
      case "visitor": self = .visitor
      case "command": self = .command
      case "program": self = .program
      default:
        guard let staff = StaffID(text) else { return nil }
        self = .staff(staff)
      }
    }

    public var text: String {
      switch self {
      case .staff(let staff): staff.description
      case .visitor: "visitor"
      case .command: "command"
      case .program: "program"
      }
    }
  }

  public let who: Who
  /// For people.
  public let name: String
  /// A network address, or the machine of a command.
  public let origin: String
  /// The 32 digits of the trace; nil outside of one.
  public let trace: String?

  public init(_ who: Who, name: String = "", origin: String = "", trace: String? = nil) {
    self.who = who
    self.name = name
    self.origin = origin
    self.trace = trace
  }

  /// Nil where nobody in particular is at work.
  @TaskLocal public static var current: AuditActor?

  /// Who answers for a deed of this actor in the current task; nil for what buyers and the shop itself do, which is no
  /// deed of staff.
  /// - Parameters:
  ///   - actor: nil for whoever is at work.
  ///   - name: the actor's, where they aren't at work yet: who is just logging in.
  public static func answering(for actor: Actor?, named name: String = "") -> AuditActor? {
    switch actor {
    case nil: return current ?? AuditActor(.program)
    case .buyer, .system: return nil
    case .staff(let staff):
      if let current, current.who == .staff(staff) { return current }
      return AuditActor(.staff(staff), name: name, origin: current?.origin ?? "", trace: current?.trace)
    }
  }
}
