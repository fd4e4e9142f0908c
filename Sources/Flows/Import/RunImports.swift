import Accounts
import AuditLog
import Catalog
import Foundation
import Governance
import Imports
import Merchants
import Pricing
import Values

/// Works on the files that staff brought: finds out what each would do, and brings in those that were started. What a run
/// has done is noted after each batch, so that another process carries it on from there, as does whoever takes up a run that
/// was stopped. What was saved between the last note and a crash is saved again, which changes nothing.
///
/// A file does what those who brought it may do now: whether they still may is asked whenever the work begins or is taken up,
/// and after each batch. Where they may no longer, the run fails, and what it saved before stays.
public struct RunImports: Sendable {
  /// How long a run counts as worked on without a sign of life.
  private static let claimTime = Duration.minutes(2)
  /// After so long a run makes way for others that wait.
  private static let turn = Duration.seconds(20)

  /// Staff stopped the run, or another process has it.
  private struct ClaimLost: Error {}
  private struct TurnOver: Error {}
  /// Who brought the file may no longer change the goods.
  private struct NotAllowed: Error {}

  private let contexts: Contexts
  private let importer: ImportCatalog
  private let moderation: WorkCatalog.Moderation
  private let currency: Currency
  private let clock: WallClock
  private var imports: any ImportService { contexts.imports }

  /// - Parameter moderation: which of the goods that staff bring have to be let in first.
  public init(
    _ contexts: Contexts, log: DeedLog, moderation: WorkCatalog.Moderation, currency: Currency,
    clock: WallClock = .system
  ) {
    self.contexts = contexts
    self.moderation = moderation
    self.currency = currency
    self.clock = clock
    importer = ImportCatalog(
      catalog: contexts.catalog, pricing: contexts.pricing, inventory: contexts.inventory,
      merchants: contexts.merchants, note: { try await log.note($0) })
  }

  /// Works until nothing waits any more. Throws what may pass, for whoever calls again.
  public func run() async throws {
    while try await imports.isAwaited(), let claim = try await imports.claim(until: claimEnd) {
      try Task.checkCancellation()
      do {
        try await work(on: claim)
      } catch is ClaimLost {
        continue
      } catch is TurnOver {
        try await imports.release(claim)
      } catch is NotAllowed {
        _ = try await imports.finish(claim, .failed(ImportFailure(code: "notAllowed")))
      } catch let fault as ImportFault {
        _ = try await imports.finish(claim, .failed(ImportFailure(code: fault.code, details: fault.details)))
      } catch {
        try await giveUp(claim, after: error)
        throw error
      }
    }
  }

  private var claimEnd: Timestamp { clock.now.adding(Self.claimTime) }

  /// What may pass leaves the run to be carried on; what nobody can explain must not be tried for ever.
  private func giveUp(_ claim: ImportClaim, after error: any Error) async throws {
    let mayPass = error is CancellationError || (error as? any PassingFault)?.mayPass ?? false
    // In a task of its own, so that a process that is told to stop still does.
    try await Task.detached { [imports] in
      if mayPass {
        try await imports.release(claim)
      } else {
        _ = try await imports.finish(claim, .failed(ImportFailure(code: "broken")))
      }
    }.value
  }

  private func work(on claim: ImportClaim) async throws {
    let member = try await author(of: claim.run)
    let file = FileManager.default.temporaryDirectory.appending(path: "martlet-import-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    try await fetch(claim.run, to: file)
    let options = try await options(for: claim, by: member)
    let began = clock.now
    let step: @Sendable (ImportStep) async throws -> Void = { step in
      guard try await imports.advance(claim, step, until: claimEnd) else { throw ClaimLost() }
      _ = try await author(of: claim.run)
      let isLast = step.figures.done >= step.figures.products
      if !claim.isCheck, !isLast, clock.now > began.adding(Self.turn), try await imports.isAwaited() {
        throw TurnOver()
      }
    }
    let done = claim.run.figures.done
    let actor = AuditActor(.staff(member.id), name: member.name)
    let report = try await AuditActor.$current.withValue(actor) {
      try await importer.run(
        file: file, options: options, begun: claim.isCheck || done == 0 ? nil : claim.run.figures, step: step)
    }
    let outcome: ImportOutcome = if let preview = report.preview { .checked(preview) } else { .done }
    guard try await imports.finish(claim, outcome) else { throw ClaimLost() }
  }

  /// Who brought the file, with the rights of now. Throws `NotAllowed`.
  private func author(of run: ImportRun) async throws -> Staff {
    guard let member = try await contexts.staff.member(run.staff), member.isActive,
      WorkImports.opens(to: member.staff), member.staff.merchant == nil || member.staff.merchant == run.merchant
    else { throw NotAllowed() }
    return member.staff
  }

  private func fetch(_ run: ImportRun, to file: URL) async throws {
    let sink = try FileSink(file)
    var number = 0
    while let piece = try await imports.piece(number, of: run.id) {
      try sink.write(piece[...])
      number += 1
    }
    try sink.close()
    guard sink.count == run.size else { throw ImportFault.unreadable(run.fileName) }
  }

  private func options(for claim: ImportClaim, by member: Staff) async throws -> ImportOptions {
    let run = claim.run
    var options = ImportOptions(currency: currency, stock: run.rules.stock.option)
    if let id = run.merchant {
      guard let merchant = try await contexts.merchants.merchant(id) else {
        throw ImportFault.unknownMerchant(id.description)
      }
      options.merchant = merchant.slug
    }
    options.encoding = run.rules.encoding.flatMap { TextEncoding($0) }
    options.isRehearsal = claim.isCheck
    // The tree of categories is the platform's.
    options.makesCategories = member.merchant == nil
    options.needsAdmission = moderation.needsAdmission(by: member)
    options.asksAgain = moderation.asksAgain(member)
    options.broughtBy = member.merchant
    options.fileName = run.fileName
    options.run = run.id.description
    return options
  }
}

extension ImportRules.Stock {
  var option: ImportOptions.Stock {
    switch self {
    case .set: .set
    case .new: .newOnly
    case .keep: .keep
    }
  }
}
