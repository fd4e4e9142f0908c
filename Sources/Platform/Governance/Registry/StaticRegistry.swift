/// Lists that were written down beforehand, for programs without a registry beside them. What this process registers stands
/// on its own list and no other's.
public final class StaticRegistry: Registry {
  private let fixed: [PartInstance]
  private let list: PartList

  public init(_ parts: [String: [PartAddress]] = [:]) {
    fixed = parts.flatMap { part, addresses in addresses.map { PartInstance(part: part, address: $0) } }
    list = PartList(fixed)
  }

  public func instances(of part: String) -> [PartInstance] { list.instances(of: part) }
  public var instances: [PartInstance] { list.instances }
  public func changes(of part: String) -> AsyncStream<[PartInstance]> { list.changes(of: part) }
  public func close() async { list.close() }

  /// One that was written down already is known by what it says of itself from now on.
  public func register(_ instance: PartInstance) async throws -> any Registration {
    let written = fixed.first { $0.part == instance.part && $0.address == instance.address }
    return StaticRegistration(instance, inPlaceOf: written, on: list)
  }
}

private final class StaticRegistration: Registration {
  private let id: PartInstanceID
  private let written: PartInstance?
  private let list: PartList

  init(_ instance: PartInstance, inPlaceOf written: PartInstance?, on list: PartList) {
    id = instance.id
    self.written = written
    self.list = list
    list.change { known in
      if let written { known[written.id] = nil }
      known[instance.id] = instance
    }
  }

  func update(_ condition: PartCondition) { list.change { $0[id]?.condition = condition } }

  func withdraw() async { leave() }

  private func leave() {
    list.change { known in
      guard known.removeValue(forKey: id) != nil, let written else { return }
      known[written.id] = written
    }
  }

  deinit { leave() }
}
