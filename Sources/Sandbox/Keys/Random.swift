/// Text from the system's generator, which is fit for secrets.
enum Random {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

  static func letters(_ count: Int) -> String {
    String((0..<count).map { _ in letters[Int.random(in: letters.indices)] })
  }

  static func digits(_ count: Int) -> String { String((0..<count).map { _ in letters[Int.random(in: 52..<62)] }) }
}
