import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// What staff do with customers: note, tag, and, of the platform, keep out, log out and erase.
struct StaffCustomerWorkEndpoints: Sendable {
  /// `users.edit` is asked for besides, as at the desk.
  private static let access = APIDescription.Access.staff([.usersView])

  private struct Note: Decodable {
    let text: String
  }

  private struct Tags: Decodable {
    let tags: [String]
  }

  private let parts: APIParts
  private var work: WorkCustomers { parts.flows.workCustomers }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [addNote, removeNote, tag, block, unblock, logOut, erase] }

  private var addNote: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/customers/{id}/notes", .staffPeople,
        "Notes something on a customer for colleagues; needs `users.edit` besides", access: Self.access,
        answers: .created, with: "CustomerNote"
      ).taking("NewCustomerNote").refusing("unknownCustomer", "customerErased", "tooManyNotes", "invalidInput")
    ) { call in
      let body: Note = try call.decoded()
      let note = try await work.addNote(body.text, on: try call.customer(), by: try call.staff())
      return try Answer(status: .created, CustomerNoteAnswer(note))
    }
  }

  private var removeNote: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/admin/customers/{id}/notes/{note}", .staffPeople,
        "Takes a note back: one's own, or with `staff.edit` a colleague's; needs `users.edit` besides",
        access: Self.access, answers: .noContent
      ).refusing("unknownCustomer", "unknownNote", "beyondOwnRights")
    ) { call in
      let note: CustomerNoteID = try call.id("note", or: CustomerRefusal.unknownNote)
      try await work.removeNote(note, on: try call.customer(), by: try call.staff())
      return .noContent
    }
  }

  private var tag: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/customers/{id}/tags", .staffPeople,
        "Puts these tags in place of those that there were; needs `users.edit` besides", access: Self.access,
        with: "Customer"
      ).taking("CustomerTags").refusing("unknownCustomer", "customerErased", "invalidInput")
    ) { call in
      let body: Tags = try call.decoded()
      return try await changed(call) { try await work.setTags(body.tags, of: $0, by: $1) }
    }
  }

  private var block: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/customers/{id}/block", .staffPeople,
        "Keeps a customer out, whose sessions end at once; for tokens of the platform with `users.edit` besides",
        access: Self.access, with: "Customer"
      ).repeatable().taking("Reason").refusing("unknownCustomer", "customerErased", "invalidInput")
    ) { call in
      let body: StaffOrderEndpoints.Reason = try call.decoded()
      return try await changed(call) { try await work.block($0, reason: body.reason, by: $1) }
    }
  }

  private var unblock: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/customers/{id}/unblock", .staffPeople,
        "Lets a customer in again; for tokens of the platform with `users.edit` besides", access: Self.access,
        with: "Customer"
      ).repeatable().refusing("unknownCustomer", "customerErased")
    ) { call in try await changed(call) { try await work.unblock($0, by: $1) } }
  }

  private var logOut: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/admin/customers/{id}/sessions", .staffPeople,
        "Logs a customer out everywhere; for tokens of the platform with `users.edit` besides", access: Self.access,
        answers: .noContent
      ).refusing("unknownCustomer", "customerErased")
    ) { call in
      _ = try await work.endSessions(of: try call.customer(), by: try call.staff())
      return .noContent
    }
  }

  private var erase: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/admin/customers/{id}/erase", .staffPeople,
        "Takes out who the customer was, for good; orders stay for the books. For tokens of the platform with "
          + "`users.edit` besides", access: Self.access, with: "Customer"
      ).repeatable().refusing("unknownCustomer")
    ) { call in try await changed(call) { try await work.erase($0, by: $1) } }
  }

  /// The customer as they stand after something was done.
  private func changed(
    _ call: APICall, _ body: (AccountID, Staff) async throws -> Void
  ) async throws -> Answer {
    let (id, staff) = (try call.customer(), try call.staff())
    try await body(id, staff)
    return try Answer(CustomerAnswer(try await work.customer(id, for: staff), for: staff))
  }
}
