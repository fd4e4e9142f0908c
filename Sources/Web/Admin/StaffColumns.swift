import Accounts
import Pages
import Values

/// The columns and filters of the list of staff.
struct StaffColumns: Sendable {
  static let listName = "staff"

  private let roles: [StaffRole]
  private let words: Words

  /// - Parameter roles: of the employer whose staff are listed.
  init(_ roles: [StaffRole], _ words: Words) {
    self.roles = roles
    self.words = words
  }

  var list: DeskList<StaffMember> {
    DeskList(
      name: Self.listName, address: Addresses.staffDesk, columns: Self.all, filters: filters,
      exportAddress: "\(Addresses.staffDesk)/export", emptyWord: "staff.none",
      identify: { $0.staff.id.description })
  }

  /// Named so that none shares its field's id with the form beside the list.
  private var filters: [ListFilter] {
    let model = StaffModel(words)
    let names = Dictionary(
      roles.map { ($0.id.description, model.name(of: $0)) }, uniquingKeysWith: { first, _ in first })
    return [
      ListFilter(name: "who", word: "staff.find", kind: .text(longest: ListFilter.longestText)),
      ListFilter(
        name: "withRole", word: "staff.role", kind: .choice(roles.map(\.id.description)), names: names),
      ListFilter(
        name: "door", word: "staff.access", kind: .choice(StaffFilter.Door.allCases.map(\.rawValue)),
        choiceWord: "staff.states"),
    ]
  }

  static func filter(_ query: ListQuery) -> StaffFilter {
    StaffFilter(
      text: query.text("who") ?? "", role: query.text("withRole").flatMap { StaffRoleID($0) },
      door: query.text("door").flatMap(StaffFilter.Door.init(rawValue:)))
  }

  private static let all: [ListColumn<StaffMember>] = [
    ListColumn(name: "name", word: "staff.person", place: .first) { member, _ in
      .link(member.staff.name, to: Addresses.staff(member.staff.id))
    },
    ListColumn(name: "email", word: "form.email") { member, _ in .text(member.staff.email) },
    ListColumn(name: "role", word: "staff.role") { member, words in
      .text(StaffModel(words).name(of: member.staff.role))
    },
    ListColumn(name: "state", word: "staff.access") { member, words in
      let model = StaffModel(words).state(member)
      return .state(model["text"] as? String ?? "", model)
    },
    ListColumn(name: "loggedIn", word: "staff.loggedInAt") { member, _ in
      member.loggedInAt.map(ListCell.time) ?? .nothing
    },
    ListColumn(name: "factor", word: "staff.factorSince", place: .onRequest) { member, _ in
      member.secondFactorSince.map(ListCell.time) ?? .nothing
    },
  ]
}
