import Testing

@testable import Search

/// How Chinese words that somebody begins go on, as titles tell.
@Suite struct ContinuationTests {
  private func offers(_ text: String, _ titles: [String]) throws -> [String] {
    try #require(Continuations(completing: text)).offers(among: titles)
  }

  // req: 3.1.4-1
  @Test func `a character is completed to the words that titles have, those of most titles first`() throws {
    let titles = ["机械手表", "智能手机", "手机壳透明", "手机支架 桌面", "手表 女款", "手套", "手链", "手链 银"]
    #expect(try offers("手", titles) == ["手机", "手表", "手链"])
    #expect(try offers("表", titles).isEmpty)
    // The middle of a word, unless others have it too.
    #expect(try offers("手", ["护手膏", "手套"]) == ["手套"])
    #expect(try offers("手", ["智能手表", "机械手表"]) == ["手表"])
  }

  @Test func `a word goes on as far as its titles go together`() throws {
    let phones = ["手机支架 桌面", "手机支架车载", "手机壳", "手机壳透明", "手机壳硅胶 黑色"]
    #expect(try offers("手机", phones) == ["手机壳", "手机支架"])
    #expect(try offers("手机支", phones) == ["手机支架"])
    #expect(try offers("蓝牙耳", ["头戴式蓝牙耳机", "蓝牙耳机降噪", "蓝牙耳机 运动"]) == ["蓝牙耳机"])
    // None ends there.
    #expect(try offers("蓝牙", ["蓝牙耳机降噪", "蓝牙耳机入耳式"]) == ["蓝牙耳机"])
  }

  @Test func `a word that titles part within isn't torn`() throws {
    #expect(try offers("手机", ["手机支架桌面款", "手机支撑杆"]) == ["手机支架桌面款", "手机支撑杆"])
    #expect(try offers("手机", ["手机支架 黑", "手机支撑杆长", "手机支架桌面", "手机支撑杆"]) == ["手机支架", "手机支撑杆"])
    // So many ways lead on from a word alone.
    let cases = ["手机壳透明磨砂防摔", "手机壳硅胶磨砂防摔", "手机壳液态硅胶防摔", "手机壳防摔透明磨砂"]
    #expect(try offers("手机", cases) == ["手机壳"])
    #expect(try offers("手机", Array(cases.prefix(3))).isEmpty)
  }

  @Test func `what one title has is offered up to its next end, and not where that is far`() throws {
    #expect(try offers("手", ["手工牛皮包（棕色）"]) == ["手工牛皮包"])
    #expect(try offers("手", ["手机case"]) == ["手机"])
    #expect(try offers("手", ["手工牛皮单肩包"]) == ["手工牛皮单肩包"])
    #expect(try offers("手", ["手工牛皮单肩女包"]).isEmpty)
    // Nor where several go on together for so long.
    #expect(try offers("手", ["手工牛皮单肩斜挎女包", "手工牛皮单肩斜挎男包"]).isEmpty)
  }

  @Test func `few of many don't end a word, and where a title ends is offered besides`() throws {
    let tins = (1...4).map { "茶叶罐 \($0)" }
    #expect(try offers("茶", tins + ["茶叶盒大号"]) == ["茶叶罐"])
    #expect(try offers("茶", tins + ["茶叶"]) == ["茶叶", "茶叶罐"])
    // Of three, one is as good as the others.
    #expect(try offers("茶", ["茶叶罐 1", "茶叶罐 2", "茶叶盒大号"]) == ["茶叶"])
  }

  @Test func `each title counts once`() throws {
    #expect(try offers("茶", ["茶杯", "茶杯", "茶壶 紫砂", "茶壶 铸铁"]) == ["茶壶", "茶杯"])
    #expect(try offers("手机", ["手机壳 手机壳 手机壳", "手机膜", "手机膜 高清"]) == ["手机膜", "手机壳"])
    #expect(try offers("手机", ["手机壳送手机膜"]) == ["手机壳送手机膜", "手机膜"])
  }

  @Test func `what was typed before stays, and the characters are those of the title`() throws {
    #expect(try offers("Sony 黑色, 藍牙耳", ["索尼蓝牙耳机"]) == ["Sony 黑色, 蓝牙耳机"])
    #expect(try offers("wh蓝牙耳", ["索尼藍牙耳機"]) == ["wh藍牙耳機"])
    #expect(try offers("手機", ["手机壳 红", "手機殼 藍"]) == ["手机壳"])
  }

  @Test func `what no title goes on from has no completions`() throws {
    #expect(try offers("手机", ["苹果手机", "手机", "手机 128GB", "机手壳", "Phone", ""]).isEmpty)
    #expect(try offers("手机", []).isEmpty)
    for text in ["", "tea", "手机 ", "手机1", "手机，", "のり", "手机\u{200B}"] {
      let offers = Continuations(completing: text)?.offers(among: ["手机壳"])
      #expect(offers == nil, "\(text)")
    }
  }
}
