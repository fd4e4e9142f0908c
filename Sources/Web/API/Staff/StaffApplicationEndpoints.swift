import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import NIOCore
import Pages
import Values

/// Who asks to sell here, for staff of the platform: what they say and their licence; to approve, to ask for more, to
/// refuse.
struct StaffApplicationEndpoints: Sendable {
  private static let access = APIDescription.Access.staff([.merchantsEdit])
  /// As long as nobody has opened the letter of an application, it isn't anybody's to see.
  static let states = MerchantApplication.State.allCases.filter { $0 != .unconfirmed }

  private struct Approval: Decodable {
    let slug: String?
  }

  private struct Words: Decodable {
    let answer: String
  }

  private let parts: APIParts
  private var work: WorkMerchants { parts.flows.workMerchants }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list, application, licence, approve, ask, reject] }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/admin/applications", .staffPeople,
      "Who asks to sell here: of those that are open the ones that wait longest first, else the newest first",
      access: Self.access, with: "ApplicationPage"
    ).query(
      "state", .choice(Self.states.map(\.rawValue)),
      "May be given more than once; those that nobody has decided where none is named."
    ).paged().refusing("invalidInput")
    return Endpoint(description) { call in
      var faults = FieldFaults()
      let states: Set<MerchantApplication.State> = call.choices("state", &faults)
      if states.contains(.unconfirmed) { faults.add("state", "unknown") }
      try faults.throwIfAny()
      let page = try await work.applications(
        states.isEmpty ? MerchantApplication.State.open : states, call.page(), for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(ApplicationAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private var application: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/applications/{id}", .staffPeople, "One application", access: Self.access, with: "Application"
      ).refusing("unknownApplication")
    ) { call in try await answer(try Self.id(call), for: try call.staff()) }
  }

  private var licence: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/applications/{id}/licence", .staffPeople,
        "The picture of the licence, for those who decide; forgotten 90 days after the decision", access: Self.access
      ).giving(OpenAPIDocument.pictureTypes).refusing("unknownApplication")
    ) { call in
      Answer(try await work.licence(of: try Self.id(call), for: try call.staff()))
    }
  }

  private var approve: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/applications/{id}/approval", .staffPeople,
        "Opens a merchant of it, with an owner, a place for stock and a freight template, under the `slug` that is wished "
          + "for or another", access: Self.access, answers: .created, with: "StaffMerchantDetail"
      ).repeatable().taking("ApplicationApproval").matching().refusing(
        "unknownApplication", "applicationDecided", "applicantWorksElsewhere", "slugTaken", "invalidInput")
    ) { call in
      let body: Approval = try call.decoded()
      let (known, staff) = try await matched(call)
      let merchant = try await work.admit(known.id, as: body.slug ?? known.slug.rawValue, by: staff)
      var answer = try await parts.detail(merchant.id, for: staff)
      answer.status = .created
      return answer.located(at: "/admin/merchants/\(merchant.id)")
    }
  }

  private var ask: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/applications/{id}/question", .staffPeople, "Asks whoever applied for more", access: Self.access,
        with: "Application"
      ).taking("ApplicationAnswer").matching().refusing("unknownApplication", "applicationDecided", "invalidInput")
    ) { call in
      let body: Words = try call.decoded()
      let (known, staff) = try await matched(call)
      try await work.ask(known.id, body.answer, by: staff)
      return try await answer(known.id, for: staff)
    }
  }

  private var reject: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/applications/{id}/rejection", .staffPeople, "Refuses, with the reason", access: Self.access,
        with: "Application"
      ).repeatable().taking("ApplicationAnswer").matching()
        .refusing("unknownApplication", "applicationDecided", "invalidInput")
    ) { call in
      let body: Words = try call.decoded()
      let (known, staff) = try await matched(call)
      try await work.reject(known.id, body.answer, by: staff)
      return try await answer(known.id, for: staff)
    }
  }

  private static func id(_ call: APICall) throws -> MerchantApplicationID {
    try call.id("id", or: MerchantRefusal.unknownApplication)
  }

  /// The application that the path names, if it is still what `If-Match` says.
  private func matched(_ call: APICall) async throws -> (MerchantApplication, Staff) {
    let staff = try call.staff()
    let known = try await work.application(try Self.id(call), for: staff)
    try call.expect(version: known.revision)
    return (known, staff)
  }

  private func answer(_ id: MerchantApplicationID, for staff: Staff) async throws -> Answer {
    let application = try await work.application(id, for: staff)
    return try Answer(ApplicationAnswer(application)).marked(application.revision)
  }
}
