import Values

/// How ordered goods get to their buyers: parcels, who carries them, and where they are.
public protocol FulfilmentService: Sendable {
  /// All carriers, those that are off included, in the order of their codes.
  func carriers() async throws -> [Carrier]
  /// Adds the carrier, or changes the one that has its code. Throws `FieldFaults`.
  func save(_ carrier: Carrier, by staff: StaffID) async throws

  /// What became of these orders here; those of which nothing was packed or chosen yet are left out. Three statements
  /// however many they are, up to 500.
  func consignments(of orders: [OrderID]) async throws -> [OrderID: Consignment]
  /// Where the parcels of an order have been, the latest first; 200 of each parcel at most.
  func traces(of order: OrderID) async throws -> [ParcelID: [Trace]]

  /// Puts units into a parcel. Repeating the draft's key answers the parcel that stands. Throws
  /// `FulfilmentRefusal.notLeft` when fewer units are left outside of parcels, `FieldFaults`.
  func pack(_ draft: ParcelDraft, of order: OrderToSend, by staff: StaffID) async throws -> Parcel
  /// Packs and hands over in one, so that a label that isn't taken leaves nothing packed. Throws as both do.
  func send(_ draft: ParcelDraft, _ label: ShippingLabel, of order: OrderToSend, by staff: StaffID) async throws
    -> Consignment
  /// Takes a packed parcel apart. Harmless when it is gone. Throws `.wrongParcelState` once it was handed over.
  func unpack(_ parcel: ParcelID, by staff: StaffID) async throws
  /// The carrier has it. With the last unit of the order `Consignment.isShipped` becomes true. Tells `ParcelHandedOver`.
  /// Harmless when it was handed over under the same label. Throws `FieldFaults`, `.unknownParcel`,
  /// `.wrongParcelState`, `.numberUsed`, `.overPacked` when the order has fewer units to send than were packed, and
  /// `.carrierOff` for a carrier that is switched off.
  func handOver(_ parcel: ParcelID, _ label: ShippingLabel, of order: OrderToSend, by staff: StaffID) async throws
    -> Consignment
  /// Fewer units of the order are to be sent than before: where all the others have left, it is shipped. Nil where nothing
  /// of it was packed or chosen yet.
  func recount(_ order: OrderToSend) async throws -> Consignment?
  /// The undo of `handOver`, for an order that turned out to be over. Harmless when there is nothing to undo.
  func takeBack(_ parcel: ParcelID) async throws
  /// Another carrier or number for a parcel that is on its way: what the wrong number told is forgotten. Throws as
  /// `handOver` does.
  func correct(_ parcel: ParcelID, _ label: ShippingLabel, by staff: StaffID) async throws -> Parcel
  /// How the last part of the way goes.
  func choose(_ method: DeliveryMethod, for order: OrderToSend, by staff: StaffID) async throws
  /// Keeps why staff took an order for received. Throws `FieldFaults`.
  func keep(_ proof: ProofDraft, of order: OrderToSend, by staff: StaffID) async throws -> DeliveryProof
  /// The oldest first, up to 20.
  func proofs(of order: OrderID) async throws -> [DeliveryProof]
  /// Those of the pictures that a proof shows.
  func proofs(among files: [FileKey]) async throws -> Set<FileKey>
  /// Pictures of proofs that may still lie in the store that everybody can see, as older programs kept them; fewer than
  /// `limit`, 500 or less, once there are no others.
  func publicProofs(limit: Int) async throws -> [FileKey]
  /// They lie apart now. Harmless to repeat.
  func noteProofsApart(_ files: [FileKey]) async throws
  /// The order is over, however it ended: nobody waits for its receipt any more. Harmless to repeat.
  func close(_ order: OrderID) async throws
  /// Orders that wait for their buyer's word since then or longer, the longest first: since the last parcel was delivered,
  /// or, where the carrier tells nothing, since it was handed over. What is still on its way or came back isn't among them.
  func unconfirmed(since: Timestamp, _ page: PageRequest) async throws -> Page<OrderID>

  /// Takes in what a tracker tells by itself. A repeat, and news older than what is known, change nothing. Throws
  /// `.unknownParcel`, `.badPush` when the signature or the text can't be right.
  func takePush(_ push: RawPush, about parcel: ParcelID) async throws -> PushAnswer
  /// Subscribes to parcels that were handed over, and asks after those of which nothing was heard for long. Looks at
  /// `limit` at most and answers at how many.
  func followUp(now: Timestamp, limit: Int) async throws -> Int
  /// Checks that parcels agree with their states, times and lines.
  func audit() async throws -> [Discrepancy]
}

extension FulfilmentService {
  public func consignment(of order: OrderID) async throws -> Consignment? {
    try await consignments(of: [order])[order]
  }
}
