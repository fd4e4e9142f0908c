/// Knows which instances of the program's parts run and where, and tells others of this process's own. Addresses needn't be
/// fixed beforehand: who listens on a port that the system chose is found here.
///
/// Lists are held in memory, so that they can be asked before each call. They may name an instance that died within the last
/// five seconds, and don't name one that came within the last moments: callers bear both.
public protocol Registry: Sendable {
  /// Those of one part as they are known now, sick ones included, in the order of their ids.
  func instances(of part: String) -> [PartInstance]

  /// Those of all parts, by part and id.
  var instances: [PartInstance] { get }

  /// The list of one part as it is now, then each time that it has changed. Whoever reads slowly gets the newest alone. Ends
  /// when the registry is closed.
  func changes(of part: String) -> AsyncStream<[PartInstance]>

  /// False while the registry can't be reached and the lists stay as they were.
  var isCurrent: Bool { get }

  /// Puts an instance on the list, for as long as the registration is held: as soon as it can, where the registry can't be
  /// reached now. Throws when the registry refuses.
  func register(_ instance: PartInstance) async throws -> any Registration

  /// Ends what keeps the lists current. Withdraw registrations before.
  func close() async
}

extension Registry {
  public var isCurrent: Bool { true }
}

/// An instance's place on the list. Whoever drops it without withdrawing leaves the list as one who died: within five seconds.
public protocol Registration: AnyObject, Sendable {
  /// Tells others how the instance is doing, within a second or so; changes of load below a twentieth aren't worth telling.
  func update(_ condition: PartCondition)

  /// Takes the instance off the list at once. Throws nothing: where the registry can't be reached, it runs out.
  func withdraw() async
}
