import Values

extension OrderNumber {
  /// The day in China and ten digits of the order's id. The digits are the milliseconds of that day and the sequence
  /// within the millisecond, so they grow through the day; the unique index is the last word.
  init?(_ id: OrderID, placedAt: Timestamp) {
    let china = placedAt.adding(.hours(8))
    let dayStart = china.milliseconds - china.milliseconds % 86_400_000
    let date = Timestamp(milliseconds: dayStart).description.prefix(10).filter { $0 != "-" }
    let milliseconds = (id.raw >> 22) + IDGenerator.epoch + 28_800_000 - dayStart
    let sequence = id.raw & 0xFFF
    let digits = String(abs(milliseconds) * 4096 + sequence)
    self.init(rawValue: date + "-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits)
  }
}
