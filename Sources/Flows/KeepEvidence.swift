import Accounts
import Files
import Fulfilment
import Orders
import Refunds
import Values

/// Pictures that buyers send with what they ask back, and that staff keep to show that goods arrived. They lie in a store of
/// their own, which no address shows: whoever may read the request or the order sees its pictures, at every face alike.
public struct KeepEvidence: Sendable {
  /// Looked at and cleaned already.
  public typealias Sent = (bytes: [UInt8], kind: FileKind)

  private let contexts: Contexts
  private let evidence: any FileStore
  private let files: any FileStore
  private let refundOrder: RefundOrder
  private let workRefund: WorkRefund
  private let workOrder: WorkOrder

  /// - Parameters:
  ///   - evidence: where these pictures are kept.
  ///   - files: what everybody can see, where older programs kept them; read until they are moved (`MoveEvidence`).
  public init(
    _ contexts: Contexts, evidence: any FileStore, files: any FileStore, refundOrder: RefundOrder,
    workRefund: WorkRefund
  ) {
    self.contexts = contexts
    self.evidence = evidence
    self.files = files
    self.refundOrder = refundOrder
    self.workRefund = workRefund
    workOrder = WorkOrder(contexts)
  }

  /// Keeps pictures for what shows them. Where that is refused, none of them stays that nothing else shows: equal bytes are one
  /// file. After any other fault they stay, since nobody knows whether it was done.
  /// - Parameter body: is given each once, in their order. What it throws is thrown on.
  public func keeping<Value>(
    _ pictures: [Sent], for body: ([FileKey]) async throws -> Value
  ) async throws -> Value {
    let keys = try await keep(pictures)
    let value: Value
    do {
      value = try await body(keys)
    } catch let refusal as any Refusal {
      // What can't be taken away now is a file that nobody can reach.
      try? await discard(pictures, keys)
      throw refusal
    }
    // Another one who sent the same and was refused may have taken them away before anything showed them. They were on the disk
    // a moment ago, and what shows them stands.
    _ = try? await keep(pictures)
    return value
  }

  private func discard(_ pictures: [Sent], _ keys: [FileKey]) async throws {
    let shown = try await shown(among: keys)
    for key in keys where !shown.contains(key) { try await evidence.remove(key) }
    // Whoever sent the same bytes meanwhile was told that they are there.
    guard try await !self.shown(among: keys).subtracting(shown).isEmpty else { return }
    _ = try await keep(pictures)
  }

  private func shown(among keys: [FileKey]) async throws -> Set<FileKey> {
    try await contexts.refunds.evidence(among: keys).union(contexts.fulfilment.proofs(among: keys))
  }

  private func keep(_ pictures: [Sent]) async throws -> [FileKey] {
    var keys: [FileKey] = []
    for (bytes, kind) in pictures {
      let key = try await evidence.put(bytes, fileExtension: kind.fileExtension)
      if !keys.contains(key) { keys.append(key) }
    }
    return keys
  }

  /// A picture of the account's own request. Throws `RefundRefusal.unknownCase` for another's, and where there is no such
  /// picture.
  /// - Parameter number: counted from 1; nil where the address names none.
  public func picture(_ number: Int?, of id: RefundCaseID, for account: AccountID) async throws -> ShownPicture {
    try await picture(number, of: try await refundOrder.refund(id, of: account))
  }

  /// The same for staff who may read the request. Throws as `WorkRefund.refund` does.
  public func picture(_ number: Int?, of id: RefundCaseID, for staff: Staff) async throws -> ShownPicture {
    try await picture(number, of: try await workRefund.refund(id, for: staff))
  }

  /// The picture of a proof that an order arrived: it may show the buyer, the door and the name beside it, so it opens to whom
  /// the address does. Throws as `WorkOrder.order` does, and `OrderRefusal.unknownOrder` where there is no such picture.
  /// - Parameter number: of the proof, counted from 1 in the order in which they were kept.
  public func proof(_ number: Int?, of order: OrderNumber?, for staff: Staff) async throws -> ShownPicture {
    let order = try await workOrder.order(order, for: staff)
    guard BuyerContact.isOpen(to: staff) else { throw StaffRefusal.notAllowed(.buyersContact) }
    let proofs = try await contexts.fulfilment.proofs(of: order.id)
    guard let number, number > 0, proofs.indices.contains(number - 1), let file = proofs[number - 1].picture,
      let shown = try await shown(file)
    else { throw OrderRefusal.unknownOrder }
    return shown
  }

  private func picture(_ number: Int?, of refund: RefundCase) async throws -> ShownPicture {
    guard let number, number > 0, refund.evidence.indices.contains(number - 1),
      let shown = try await shown(refund.evidence[number - 1])
    else { throw RefundRefusal.unknownCase }
    return shown
  }

  private func shown(_ file: FileKey) async throws -> ShownPicture? {
    var bytes = try await evidence.read(file)
    if bytes == nil { bytes = try await files.read(file) }
    // It may have been moved between the two.
    if bytes == nil { bytes = try await evidence.read(file) }
    return bytes.map { ShownPicture($0, of: file) }
  }
}

/// A picture for one reader's eyes.
public struct ShownPicture: Sendable {
  public let bytes: [UInt8]
  /// As its own bytes said when they were taken in.
  public let mediaType: String

  init(_ bytes: [UInt8], of file: FileKey) {
    self.bytes = bytes
    mediaType = FileKind(file)?.mediaType ?? "application/octet-stream"
  }
}
