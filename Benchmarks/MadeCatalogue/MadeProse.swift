/// Words of which introductions are made; the earlier ones are common.
let madeProse = """
  the and with for your a it every day home easy use clean light hand made keeps good quality simple long time \
  small large fits well inside water dry wash soft warm cool room table morning evening family friends gift \
  office school travel weekend garden kitchen bathroom bedroom living work play rest sleep walk run ride carry \
  hold open close fold store stack hang pour cut cook bake fry boil brew drink eat taste fresh natural safe \
  tested years warranty parts replace repair pack box size weight height width length strong firm smooth bright \
  quiet fast slow steady even fine thin thick deep wide narrow flat round edge base lid handle strap pocket zip \
  button screw cable plug switch battery charge power sound music voice picture screen touch press turn push \
  pull lift careful design detail finish surface colour shade pattern line shape form corner season summer \
  winter spring autumn rain wind sun snow city country road trail mountain river beach forest comfort style \
  choice value price care attention instructions
  """

let madeChineseProse = """
  的 日常 使用 方便 家用 简单 舒适 轻便 耐用 质量 细节 设计 做工 手感 柔软 结实 清洁 水洗 收纳 送礼 \
  办公 学校 旅行 周末 早晨 晚上 家人 朋友 孩子 厨房 客厅 卧室 浴室 阳台 出门 回家 工作 休息 睡觉 散步 \
  骑车 随身 打开 合上 折叠 堆放 挂起 倒水 切菜 做饭 烘烤 冲泡 入口 新鲜 天然 安全 检测 质保 配件 更换 \
  维修 包装 尺寸 重量 高度 宽度 长度 牢固 光滑 明亮 安静 快速 稳定 均匀 精细 加厚 边缘 底座 盖子 把手 \
  肩带 口袋 拉链 按钮 线材 插头 开关 电池 充电 功率 声音 音乐 画面 屏幕 触摸 颜色 花纹 线条 造型 四季 \
  夏天 冬天 春天 秋天 下雨 刮风 晴天 城市 乡村 山路 河边 海边 森林 风格 选择 价格 用心 说明
  """

let madeSyllables = """
  ba be bi bo bra bre ca ce co cra da de di do dra el en fa fe fi flo ga ge gla go gra ha he ja jo ka ke ki kra \
  la le li lo lu ma me mi mo na ne ni no or pa pe pi po pra qua ra re ri ro sa se si so sta sto ta te ti to tra \
  u va ve vi vo wa we xa ya yo za ze zi
  """

let madeChineseNames = "云青南北山海木石禾田安宁和静明清白素初新远近长风月星川林松竹梅兰溪湖岸桥家里物造舍堂记品优乐佳美悦尚"
