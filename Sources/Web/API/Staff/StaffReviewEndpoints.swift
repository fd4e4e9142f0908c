import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Reviews
import Values

/// What buyers say of goods, and what staff say and do about it.
struct StaffReviewEndpoints: Sendable {
  private static let access = APIDescription.Access.staff([.reviewsModerate])

  private struct Reply: Decodable {
    let text: String
  }

  private struct Reason: Decodable {
    let reason: String
  }

  private let parts: APIParts
  private var work: WorkReviews { parts.flows.workReviews }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list.exporting("reviews"), reply, hide, show] }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/admin/reviews", .staffGoods, "Reviews of the goods that the token reaches, the newest first",
      access: Self.access, with: "StaffReviewPage"
    ).query("state", .choice(ReviewState.allCases.map(\.rawValue)), "May be given more than once.")
      .query("stars", .integer(1...5), "Only those with so many.")
      .query("product", .id("prd"), "Only those of this product.")
      .query("answered", .flag, "Only those with a reply, or without.")
      .query("wantsLook", .flag, "Only those that the platform is to look at, or not.")
      .query("from", .time, "Written then or later.").query("until", .time, "Written earlier.")
      .paged().refusing("invalidInput")
    return Endpoint(description) { call in
      let page = try await work.reviews(matching: try Self.filter(call), call.page(), for: try call.staff())
      let items = page.items.map { StaffReviewAnswer($0.review) }
      return try Answer(PageAnswer(items: items, next: page.next?.description)).linking(to: page.next, call)
    }
  }

  private static func filter(_ call: APICall) throws -> ReviewFilter {
    var faults = FieldFaults()
    var filter = ReviewFilter()
    for text in call.query.all("state") where !text.isEmpty {
      if let state = ReviewState(rawValue: text) {
        filter.states.insert(state)
      } else {
        faults.add("state", "unknown")
      }
    }
    filter.stars = call.query.number("stars", in: 1...5, &faults)
    if let text = call.query["product"], !text.isEmpty {
      filter.product = ProductID(text)
      if filter.product == nil { faults.add("product", "unknown") }
    }
    func flag(_ name: String) -> Bool? {
      guard let text = call.query[name], !text.isEmpty else { return nil }
      return call.query.flag(name, &faults)
    }
    filter.isAnswered = flag("answered")
    filter.wantsLook = flag("wantsLook")
    filter.writtenFrom = call.query.time("from", &faults)
    filter.writtenBefore = call.query.time("until", &faults)
    try faults.throwIfAny()
    return filter
  }

  private var reply: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/reviews/{id}/reply", .staffGoods,
        "Says something to a review that is shown, in place of what was said before", access: Self.access,
        with: "StaffReview"
      ).taking("ReviewReply").refusing("unknownReview", "reviewNotShown", "invalidInput")
    ) { call in
      let body: Reply = try call.decoded()
      return try Answer(
        StaffReviewAnswer(try await work.reply(body.text, to: try Self.id(call), by: try call.staff())))
    }
  }

  private var hide: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/reviews/{id}/hide", .staffGoods, "Takes a review away from shoppers; for staff of the platform",
        access: Self.access, with: "StaffReview"
      ).taking("Reason").refusing("unknownReview", "invalidInput")
    ) { call in
      let body: Reason = try call.decoded()
      return try Answer(
        StaffReviewAnswer(try await work.hide(try Self.id(call), reason: body.reason, by: try call.staff())))
    }
  }

  private var show: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/reviews/{id}/show", .staffGoods,
        "Lets a review in, or lets it be seen again; for staff of the platform", access: Self.access,
        with: "StaffReview"
      ).refusing("unknownReview")
    ) { call in
      try Answer(StaffReviewAnswer(try await work.show(try Self.id(call), by: try call.staff())))
    }
  }

  private static func id(_ call: APICall) throws -> ReviewID {
    try call.id("id", or: ReviewRefusal.unknownReview)
  }
}
