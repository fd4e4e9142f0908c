import Accounts
import Content
import Flows
import Foundation
import HTTPTypes
import Hummingbird
import Pages
import Values

/// Pages, articles and announcements, of staff of the platform alone.
struct StaffEntryEndpoints: Sendable {
  private static let access = APIDescription.Access.staff([.contentEdit])

  private struct Draft: Decodable {
    let slug: String?
    let title: SentWords
    let summary: SentWords?
    let body: SentWords?
    let picture: String?
    let from: String?
    let until: String?
    let publishes: Bool?
    let version: Int?

    /// Throws `FieldFaults`.
    func draft() throws -> EntryDraft {
      var faults = FieldFaults()
      let text = EntryText(
        title: title.text, summary: summary?.text ?? LocalizedText(), body: body?.text ?? LocalizedText(),
        picture: faults.picture(picture, "picture"), from: faults.moment(from, "from"),
        until: faults.moment(until, "until"))
      try faults.throwIfAny()
      return EntryDraft(slug: slug ?? "", text: text)
    }
  }

  private struct NewEntry: Decodable {
    let kind: String
    let entry: Draft
  }

  private let parts: APIParts
  private var work: EditContent { parts.flows.editContent }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list.exporting("content"), entry, begin, save, withdraw] }

  private var list: Endpoint {
    let description = APIDescription(
      .get, "/admin/entries", .staffContent, "Entries of a kind; those that were changed last come first",
      access: Self.access, with: "EntryPage"
    ).query("kind", .choice(EntryKind.allCases.map(\.rawValue)), "Pages where none is named.")
      .query("state", .choice(EntryState.allCases.map(\.rawValue)), "Only those in this state.")
      .query("title", .text, "Part of a title in either language.").paged().refusing("invalidInput")
    return Endpoint(description) { call in
      var faults = FieldFaults()
      var filter = EntryFilter(kind: .page)
      if let text = call.query["kind"], !text.isEmpty {
        if let kind = EntryKind(rawValue: text) { filter.kind = kind } else { faults.add("kind", "unknown") }
      }
      if let text = call.query["state"], !text.isEmpty {
        filter.state = EntryState(rawValue: text)
        if filter.state == nil { faults.add("state", "unknown") }
      }
      filter.title = faults.text(call.query["title"], "title", max: 100, required: false)
      try faults.throwIfAny()
      let page = try await work.entries(filter, call.page(), for: try call.staff())
      return try Answer(PageAnswer(items: page.items.map(EntryAnswer.init), next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private var entry: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/entries/{id}", .staffContent, "One entry as it was saved last", access: Self.access,
        with: "Entry"
      ).refusing("unknownContent")
    ) { call in try Self.answer(try await work.entry(try Self.id(call), for: try call.staff())) }
  }

  private var begin: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/entries", .staffContent, "Begins an entry, and publishes it where it says so",
        access: Self.access, answers: .created, with: "Entry"
      ).taking("NewEntry").refusing("invalidInput")
    ) { call in
      let body: NewEntry = try call.decoded()
      guard let kind = EntryKind(rawValue: body.kind) else { throw FieldFaults(field: "kind", code: "unknown") }
      let made = try await work.begin(
        try body.entry.draft(), kind, publishes: body.entry.publishes ?? false, by: try call.staff())
      var answer = try Self.answer(made)
      answer.status = .created
      return answer.located(at: "/admin/entries/\(made.id)")
    }
  }

  private var save: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/entries/{id}", .staffContent,
        "Saves another version over the one that was read, by `version` or `If-Match`, and publishes it where it says so",
        access: Self.access, with: "Entry"
      ).taking("EntryDraft").matching().refusing("unknownContent", "contentChanged", "invalidInput")
    ) { call in
      let body: Draft = try call.decoded()
      let staff = try call.staff()
      let known = try await work.entry(try Self.id(call), for: staff)
      let version = try call.seen(known.version, named: body.version)
      return try Self.answer(
        try await work.save(
          try body.draft(), over: known.id, version: version, publishes: body.publishes ?? false, by: staff))
    }
  }

  private var withdraw: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/entries/{id}/withdrawal", .staffContent, "Takes an entry away from visitors",
        access: Self.access, with: "Entry"
      ).refusing("unknownContent", "contentNotPublished")
    ) { call in try Self.answer(try await work.withdraw(try Self.id(call), by: try call.staff())) }
  }

  private static func id(_ call: APICall) throws -> EntryID {
    try call.id("id", or: ContentRefusal.unknownContent)
  }

  private static func answer(_ entry: Entry) throws -> Answer { try Answer(EntryAnswer(entry)).marked(entry.version) }
}
