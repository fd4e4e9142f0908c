import Testing
import Values

@testable import Search

/// Whatever way a thing is written on either side, the form of the index and the form of the query meet.
@Suite struct MeetingTests {
  private static let scalars: [Unicode.Scalar] = Array(
    "aeiounrstlxyz0123456789  --._,'\"/&+éüßøÅﬁ①㎏ＡｂＣ１手机壳无線藍電视寸升斤个的和茶カﾊー가나мйё🦜\u{301}\u{200D}\u{202E}ـش".unicodeScalars)

  private static func text(_ generator: inout SplitMix) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 1...60, using: &generator) {
      guard let scalar = scalars.randomElement(using: &generator) else { continue }
      text.append(scalar)
    }
    return String(text)
  }

  @Test func `any text finds the document that holds it`() async throws {
    var generator = SplitMix(state: 72)
    for _ in 0..<2000 {
      let text = Self.text(&generator)
      let read = try await read(text, held: [text])
      guard read.tree.wants != [QueryTree.Want([])] else {
        #expect(tokens(of: text).isEmpty, "\(text.debugDescription)")
        continue
      }
      #expect(read.tree.isMet(by: tokens(of: text)), "\(text.debugDescription)")
      #expect(!read.unknown, "\(text.debugDescription)")
    }
  }

  @Test func `any spelling of a thing finds any other`() async throws {
    let spellings: [[String]] = [
      ["headphones", "Headphone", "HEADPHONES", "ｈｅａｄｐｈｏｎｅ"], ["café", "CAFE", "cafe\u{301}"],
      ["women's", "woman", "Women", "womens"], ["batteries", "battery"], ["colour", "Color", "colors"],
      ["charging", "charge", "charged"], ["knives", "knife"], ["cookies", "cookie"],
      ["500ml", "500 ml", "0.5L", "500毫升", "0.5 升", "500-ml"], ["55\"", "55 inches", "55in", "55英寸", "55寸", "55-inch"],
      ["2kg", "2000 g", "2公斤", "4斤", "2.0kg"], ["10,000mAh", "10000 mah", "10000毫安时", "10Ah"],
      ["藍牙耳機", "蓝牙耳机"], ["體重計", "体重计"], ["6 pcs", "6pc", "6件", "pack of 6", "6 pack"],
      ["T-Shirt", "t-shirts", "tshirt"], ["WH-1000XM4", "wh1000xm4", "WH 1000XM4"],
    ]
    var generator = SplitMix(state: 7)
    for _ in 0..<2000 {
      var title: [String] = []
      var query: [String] = []
      for group in spellings.shuffled(using: &generator).prefix(Int.random(in: 1...4, using: &generator)) {
        title.append(group.randomElement(using: &generator) ?? "")
        query.append(group.randomElement(using: &generator) ?? "")
      }
      // With commas, so that the number of one thing isn't read with the unit of the next.
      let goods = title.joined(separator: ", ")
      let typed = query.shuffled(using: &generator).joined(separator: ", ")
      let read = try await read(typed, held: [goods])
      #expect(read.tree.isMet(by: tokens(of: goods)), "\(typed) → \(goods)")
    }
  }

  @Test func `every two characters of a run are found, and the beginning of a word while it is typed`() async throws {
    let run = Array("小米智能手机无线充电支架")
    for index in 1..<run.count {
      let read = try await read(String(run[index - 1...index]), held: [String(run)])
      #expect(read.tree.isMet(by: tokens(of: String(run))))
    }
    let title = "Wireless headphones"
    for length in 1..."headphones".count {
      let read = try await read("wireless " + "headphones".prefix(length), isTyping: true, held: [title])
      #expect(read.tree.isMet(by: tokens(of: title)))
      #expect(!read.tree.allowsPart)
    }
  }

  @Test func `the plain form of a plain form is itself`() {
    let words = """
      earphones cleaners running wireless children knives batteries cookies charging baking padded striped stripped heated \
      glasses dresses boxes leggings settings used hanging organisers colouring travelled women fishing buses lenses
      """
    for word in words.split(separator: " ") {
      let stem = Stemmer.stem(String(word))
      #expect(Stemmer.stem(stem) == stem, "\(word)")
    }
    #expect(Stemmer.stem("earphones") == "earphone")
    #expect(Stemmer.stem("cleaners") == "cleaner")
    #expect(Stemmer.stem("running") == "run")
    #expect(Stemmer.stem("wireless") == "wireless")
    #expect(Stemmer.stem("hanging") == "hang")
    #expect(Stemmer.stem("charging") == "charge")
    #expect(Stemmer.stem("cookies") == "cookie")
    #expect(Stemmer.stem("batteries") == "battery")
  }
}
