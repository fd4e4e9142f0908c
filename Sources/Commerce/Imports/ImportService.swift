import Values

/// Files of goods that staff bring in the browser: kept in pieces until they are through, with how far each has come and
/// what came of it. Whoever works on a run holds a claim on it, so that one at a time does.
public protocol ImportService: Sendable {
  /// Makes a run whose file is still to come. Throws `ImportRunRefusal.tooManyImports` while ten others of the same goods
  /// aren't through.
  func begin(_ draft: ImportDraft, by staff: StaffID) async throws -> ImportRun
  /// Keeps a piece of the file, at most `ImportRun.pieceSize` bytes. Pieces count from 0 and come in order.
  func keep(_ piece: [UInt8], number: Int, of run: ImportRunID) async throws
  /// The file is here: the run is to be checked. Throws `ImportRunRefusal.unknownImport`.
  func complete(_ run: ImportRunID, by staff: StaffID) async throws -> ImportRun
  /// A piece of the file; nil behind the last one.
  func piece(_ number: Int, of run: ImportRunID) async throws -> [UInt8]?

  func run(_ id: ImportRunID) async throws -> ImportRun?
  /// The newest first; those whose file is still arriving are left out.
  func runs(matching filter: ImportFilter, _ page: PageRequest) async throws -> Page<ImportRun>
  /// What was found in it, in the order of finding: until it is started what the check found, afterwards what the run
  /// itself did.
  func notes(of run: ImportRunID, _ page: PageRequest) async throws -> Page<ImportNote>

  /// Staff decide: start what is ready, stop what is at work, take up what was stopped or failed, drop what isn't wanted.
  /// Throws `ImportRunRefusal.unknownImport`, `.importMoved` when its state doesn't allow it, and `.importFileGone`.
  func decide(_ decision: ImportDecision, on run: ImportRunID, by staff: StaffID) async throws -> ImportRun

  /// Takes the run that was left alone longest, of those that can be worked on now: of the same goods one runs at a time,
  /// and a file that says itself whose goods it brings runs alone. What was claimed by one who gives no sign of life counts
  /// as left alone. A run that was taken five times without coming on has failed.
  /// - Parameter until: when the claim ends unless `advance` prolongs it.
  func claim(until: Timestamp) async throws -> ImportClaim?
  /// Whether another run could be claimed.
  func isAwaited() async throws -> Bool
  /// Notes how far the work has come, with what was found since. Answers false when the claim is no longer held, since
  /// staff stopped the run or another has taken it over.
  func advance(_ claim: ImportClaim, _ step: ImportStep, until: Timestamp) async throws -> Bool
  /// Ends the work: a check makes the run ready, the run itself makes it done, a fault makes it failed. Answers false when
  /// the claim is no longer held.
  func finish(_ claim: ImportClaim, _ outcome: ImportOutcome) async throws -> Bool
  /// Gives the run back as it is, for whoever claims it next.
  func release(_ claim: ImportClaim) async throws

  /// Forgets the files of runs that are through or weren't touched for seven days, and runs that changed nothing or are a
  /// year old. Answers how many it touched, at most twice the limit.
  func prune(limit: Int) async throws -> Int
}

extension ImportService {
  /// Of a merchant's goods, or all with those whose file says whose they are.
  public func runs(of merchant: MerchantID?, _ page: PageRequest) async throws -> Page<ImportRun> {
    try await runs(matching: ImportFilter(merchant: merchant), page)
  }
}

/// Which runs a list shows; all that is said must fit.
public struct ImportFilter: Hashable, Codable, Sendable {
  /// Nil for those of all, also where the file says whose goods it brings.
  public var merchant: MerchantID?
  /// Empty for all.
  public var states: Set<ImportState>
  /// Part of the file's name, without case; empty for any.
  public var name: String
  /// Brought then or later.
  public var from: Timestamp?
  /// Brought earlier.
  public var before: Timestamp?

  public init(
    merchant: MerchantID? = nil, states: Set<ImportState> = [], name: String = "", from: Timestamp? = nil,
    before: Timestamp? = nil
  ) {
    self.merchant = merchant
    self.states = states
    self.name = name
    self.from = from
    self.before = before
  }
}

public enum ImportDecision: String, CaseIterable, Codable, Sendable { case start, stop, resume, drop }
