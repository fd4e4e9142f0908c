import Values

/// How a member of staff likes to see a list, under a name of their own: filters, order and columns as the address has
/// them.
public struct DeskView: Hashable, Codable, Sendable {
  public let id: DeskViewID
  /// The list's name.
  public let list: String
  public let name: String
  /// What stands behind the `?` of the list's address.
  public let query: String

  public init(id: DeskViewID, list: String, name: String, query: String) {
    self.id = id
    self.list = list
    self.name = name
    self.query = query
  }
}

/// The views that staff keep of the lists at their desks. Each has their own.
public protocol DeskViewService: Sendable {
  /// By name, 20 at most.
  func views(of staff: StaffID, list: String) async throws -> [DeskView]
  /// Keeps a view, in the place of the one of the same name. Throws `FieldFaults` for `viewName` (40 characters) and
  /// `viewQuery` (2000 bytes of what may stand in an address), `DeskViewRefusal.tooManyViews` above 20 of one list.
  func keep(_ query: String, as name: String, list: String, of staff: StaffID) async throws -> DeskView
  /// Harmless when it isn't there, or isn't theirs.
  func forget(_ view: DeskViewID, of staff: StaffID) async throws
}

public enum DeskViewRefusal: Refusal, Hashable {
  case tooManyViews(most: Int)

  public var code: String { "tooManyViews" }
  public var details: [String: String] {
    switch self {
    case .tooManyViews(let most): ["most": String(most)]
    }
  }
}
