import Accounts
import Flows
import Pages
import Values

/// Staff, roles and sessions as pages show them.
struct StaffModel {
  private let words: Words
  private let format: Format

  init(_ words: Words) {
    self.words = words
    format = Format(words.language)
  }

  func name(of role: StaffRole) -> String { role.isOwner ? words["roles.owner"] ?? role.name : role.name }

  func person(_ member: StaffMember) -> Model {
    var model: Model = [
      "name": member.staff.name, "email": member.staff.email, "roleName": name(of: member.staff.role),
      "state": state(member), "hasFactor": member.secondFactorSince != nil,
    ]
    if let at = member.loggedInAt { model["loggedIn"] = format.dateTime(at) }
    return model
  }

  /// Dismissed before all, then what is missing.
  func state(_ member: StaffMember) -> Model {
    if !member.isActive { return mark("dismissed", "grey", "out") }
    return member.secondFactorSince == nil ? mark("noFactor", "amber", "key") : mark("factor", "green", "shield")
  }

  private func mark(_ key: String, _ kind: String, _ icon: String) -> Model {
    ["kind": kind, "icon": icon, "text": words["staff.states.\(key)"] ?? key]
  }

  func row(_ role: StaffRole, people: Int) -> Model {
    [
      "address": Addresses.role(role.id), "name": name(of: role),
      "rightsText": role.isOwner ? words["roles.all"] ?? "" : words.phrase("roles.rights", count: role.rights.count),
      "peopleText": words.phrase("roles.people", count: people),
    ]
  }

  /// The roles that the staff may give.
  func choices(_ roles: [StaffRole], chosen: String?, for staff: Staff) -> [Model] {
    roles.filter { WorkStaff.covers(staff, $0.rights) }.map { role in
      ["value": role.id.description, "name": name(of: role), "isChosen": role.id.description == chosen]
    }
  }

  /// All rights that the employer's roles can have; those that the staff lack can't be chosen.
  func rights(_ chosen: Set<StaffRight>, of employer: MerchantID?, for staff: Staff) -> [Model] {
    StaffRight.allCases.filter { StaffRight.all(of: employer).contains($0) }.map { right in
      [
        "value": right.rawValue, "name": words["right.\(right.rawValue)"] ?? right.rawValue,
        "isChosen": chosen.contains(right), "isClosed": !staff.rights.contains(right),
      ]
    }
  }

  /// - Parameter own: the session that the page is asked for with.
  func sessions(_ sessions: [StaffSessionEntry], own token: SessionToken? = nil) -> [Model] {
    let own = token.map { StaffSessionKey(of: $0) }
    return sessions.map { session in
      [
        "key": session.key.description,
        "browser": BrowserName(session.place.agent).text ?? words["sessions.unknown"] ?? "",
        "place": session.place.address, "isOwn": session.key == own,
        "timesText": words.phrase(
          "sessions.times", ["began": format.dateTime(session.beganAt), "seen": format.dateTime(session.seenAt)]),
      ]
    }
  }
}

/// What a browser says that it is, in two words: `Firefox, Linux`.
struct BrowserName {
  /// Nil where it says nothing that is known.
  let text: String?

  /// Of those that name others as well, the one that does so comes first.
  private static let browsers: [(mark: String, name: String)] = [
    ("Edg", "Edge"), ("OPR/", "Opera"), ("MicroMessenger", "WeChat"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
  ]
  private static let systems: [(mark: String, name: String)] = [
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
  ]

  init(_ agent: String) {
    func first(_ known: [(mark: String, name: String)]) -> String? {
      known.first { agent.contains($0.mark) }?.name
    }
    let names = [first(Self.browsers), first(Self.systems)].compactMap(\.self)
    text = names.isEmpty ? nil : names.joined(separator: ", ")
  }
}
