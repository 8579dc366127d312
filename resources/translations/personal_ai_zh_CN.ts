<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>添加文件…</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Add a model…</source>
        <translation>添加模型…</translation>
    </message>
    <message>
        <source>New persona…</source>
        <translation>新建角色…</translation>
    </message>
    <message>
        <source>Ask about a file…</source>
        <translation>就一个文件提问…</translation>
    </message>
    <message>
        <source>Compare two ways to answer…</source>
        <translation>比较两种回答方式…</translation>
    </message>
    <message>
        <source>Learn now</source>
        <translation>立即学习</translation>
    </message>
    <message>
        <source>Appearance: {words}</source>
        <translation>外观：{words}</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>隐私</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>立即锁定</translation>
    </message>
    <message>
        <source>Quit Personal AI</source>
        <translation>退出 Personal AI</translation>
    </message>
    <message>
        <source>{n} files and folders</source>
        <translation>{n} 个文件和文件夹</translation>
    </message>
    <message>
        <source>Reading {names} goes on where it stopped.</source>
        <translation>继续读取{names}，从上次停下的地方开始。</translation>
    </message>
    <message>
        <source>Models are added one at a time. Drop the others when this one is here.</source>
        <translation>模型要一个一个地添加。等这个添加完，再拖入其他的。</translation>
    </message>
    <message>
        <source>Stopping, once the checkpoint is written.</source>
        <translation>写完检查点后停止。</translation>
    </message>
    <message>
        <source>Stopping.</source>
        <translation>正在停止。</translation>
    </message>
    <message>
        <source>Learning: {share:.0%}</source>
        <translation>学习中：{share:.0%}</translation>
    </message>
    <message>
        <source>Learning: getting ready</source>
        <translation>学习中：正在准备</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>The learning add-on</source>
        <translation>学习组件</translation>
    </message>
    <message>
        <source>Install from a file…</source>
        <translation>从文件安装…</translation>
    </message>
    <message>
        <source>Installing the add-on</source>
        <translation>正在安装学习组件</translation>
    </message>
    <message>
        <source>Checking the file and unpacking it. This takes about a minute.</source>
        <translation>正在检查并解压文件，大约需要一分钟。</translation>
    </message>
    <message>
        <source>Install the learning add-on</source>
        <translation>安装学习组件</translation>
    </message>
    <message>
        <source>Learning add-on (*{suffix} *.deb)</source>
        <translation>学习组件 (*{suffix} *.deb)</translation>
    </message>
    <message>
        <source>The learning add-on is installed. Nothing needs to be started again.</source>
        <translation>学习组件已装好，无需重新启动。</translation>
    </message>
    <message>
        <source>You find it where you found Personal AI: a file of {packed}, which takes {unpacked} on the disk. Chatting and your notes work without it.</source>
        <translation>它与 Personal AI 在同一个地方提供：一个 {packed} 的文件，安装后占用 {unpacked}。没有它，对话和笔记照常可用。</translation>
    </message>
    <message>
        <source>{n:.0f} bytes</source>
        <translation>{n:.0f} 字节</translation>
    </message>
    <message>
        <source>{n} s</source>
        <translation>{n} 秒</translation>
    </message>
    <message>
        <source>{n} min</source>
        <translation>{n} 分钟</translation>
    </message>
    <message>
        <source>{h} h {m:02d} min</source>
        <translation>{h} 小时 {m:02d} 分钟</translation>
    </message>
    <message>
        <source>{n:,} chat</source>
        <translation>{n:,} 个对话</translation>
    </message>
    <message>
        <source>{n:,} chats</source>
        <translation>{n:,} 个对话</translation>
    </message>
    <message>
        <source>{n:,} fact</source>
        <translation>{n:,} 个知识点</translation>
    </message>
    <message>
        <source>{n:,} facts</source>
        <translation>{n:,} 个知识点</translation>
    </message>
    <message>
        <source>{n:,} file</source>
        <translation>{n:,} 个文件</translation>
    </message>
    <message>
        <source>{n:,} files</source>
        <translation>{n:,} 个文件</translation>
    </message>
    <message>
        <source>{n:,} model</source>
        <translation>{n:,} 个模型</translation>
    </message>
    <message>
        <source>{n:,} models</source>
        <translation>{n:,} 个模型</translation>
    </message>
    <message>
        <source>{n:,} note</source>
        <translation>{n:,} 篇笔记</translation>
    </message>
    <message>
        <source>{n:,} notes</source>
        <translation>{n:,} 篇笔记</translation>
    </message>
    <message>
        <source>{n:,} part</source>
        <translation>{n:,} 个部分</translation>
    </message>
    <message>
        <source>{n:,} parts</source>
        <translation>{n:,} 个部分</translation>
    </message>
    <message>
        <source>{n:,} passage</source>
        <translation>{n:,} 个段落</translation>
    </message>
    <message>
        <source>{n:,} passages</source>
        <translation>{n:,} 个段落</translation>
    </message>
    <message>
        <source>{n:,} question</source>
        <translation>{n:,} 个问题</translation>
    </message>
    <message>
        <source>{n:,} questions</source>
        <translation>{n:,} 个问题</translation>
    </message>
    <message>
        <source>{n:,} older statement gave way to a newer one</source>
        <translation>{n:,} 条旧说法让位给了新说法</translation>
    </message>
    <message>
        <source>{n:,} older statements gave way to newer ones</source>
        <translation>{n:,} 条旧说法让位给了新说法</translation>
    </message>
    <message>
        <source>Code: {code}</source>
        <translation>代码：{code}</translation>
    </message>
    <message>
        <source>The picture is kept with your question, but the model in use cannot see it. On the Models page, add a model together with the file that lets it see (mmproj, GGUF), or write what matters in the picture.</source>
        <translation>图片已随你的问题保存，但正在使用的模型看不到它。请在“模型”页添加一个模型及让它看图的文件（mmproj，GGUF），或写出图片里重要的内容。</translation>
    </message>
    <message>
        <source>Ask about files</source>
        <translation>就文件提问</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>{most} files at once are the most. Add a whole folder to your library instead.</source>
        <translation>一次最多 {most} 个文件。更多的话，请把整个文件夹加入资料库。</translation>
    </message>
    <message>
        <source>{name} · reading…</source>
        <translation>{name} · 正在读取…</translation>
    </message>
    <message>
        <source>Take off {name}</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <source>picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Attached: {name}, {what}</source>
        <translation>附件：{name}，{what}</translation>
    </message>
    <message>
        <source>From “{name}”, which is not in your library: {words}</source>
        <translation>出自“{name}”（不在你的资料库中）：{words}</translation>
    </message>
    <message>
        <source>Add it</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Attached: {name}</source>
        <translation>附件：{name}</translation>
    </message>
    <message>
        <source>{name} (cannot be shown)</source>
        <translation>{name}（无法显示）</translation>
    </message>
    <message>
        <source>Something went wrong inside Personal AI ({kind}). This is our bug; the log says where.</source>
        <translation>Personal AI 内部出错（{kind}）。这是我们的问题，详情见日志。</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Your better answer</source>
        <translation>你的更好的回答</translation>
    </message>
    <message>
        <source>How it should have been answered</source>
        <translation>应该怎样回答</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel (Esc)</source>
        <translation>取消 (Esc)</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Close Personal AI</source>
        <translation>关闭 Personal AI</translation>
    </message>
    <message>
        <source>Keep a folder current…</source>
        <translation>让文件夹保持最新…</translation>
    </message>
    <message>
        <source>and {n:,} more folders</source>
        <translation>还有 {n:,} 个文件夹</translation>
    </message>
    <message>
        <source>All notes</source>
        <translation>全部笔记</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Kinds</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Gone from their folders</source>
        <translation>已不在原文件夹中</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>已搁置</translation>
    </message>
    <message>
        <source>Looking what changed…</source>
        <translation>正在查看有何变化…</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Not there now</source>
        <translation>现在找不到</translation>
    </message>
    <message>
        <source>Empty now</source>
        <translation>现在是空的</translation>
    </message>
    <message>
        <source>, stays current</source>
        <translation>，保持最新</translation>
    </message>
    <message>
        <source>, chosen</source>
        <translation>，已选中</translation>
    </message>
    <message>
        <source>Nobody in particular</source>
        <translation>不用角色</translation>
    </message>
    <message>
        <source>Markdown, to read (*.md)</source>
        <translation>Markdown，便于阅读 (*.md)</translation>
    </message>
    <message>
        <source>JSON, to take along (*.json)</source>
        <translation>JSON，便于迁移 (*.json)</translation>
    </message>
    <message>
        <source>Chat histories (*.json *.zip *.chat);;All files (*)</source>
        <translation>对话记录 (*.json *.zip *.chat);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>导入对话</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Wrote {chats} to “{name}”.</source>
        <translation>已将 {chats}写入“{name}”。</translation>
    </message>
    <message>
        <source>Reading “{name}”: {chats} so far.</source>
        <translation>正在读取“{name}”：目前 {chats}。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stopped. What was not read to its end was left out.</source>
        <translation>已停止。没有读完的内容未导入。</translation>
    </message>
    <message>
        <source>Imported {chats}</source>
        <translation>导入了 {chats}</translation>
    </message>
    <message>
        <source>{n:,} went on</source>
        <translation>{n:,} 个有新内容</translation>
    </message>
    <message>
        <source>{n:,} were known already</source>
        <translation>{n:,} 个早已导入</translation>
    </message>
    <message>
        <source>{n:,} are damaged and were left out</source>
        <translation>{n:,} 个已损坏，未导入</translation>
    </message>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
    <message>
        <source>{sentence}.</source>
        <translation>{sentence}。</translation>
    </message>
    <message>
        <source>An answer is still being written. Stop it, or wait for its end.</source>
        <translation>回答还没写完。请停止它，或等它写完。</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>This answer broke off.</source>
        <translation>这个回答中断了。</translation>
    </message>
    <message>
        <source>No answer came.</source>
        <translation>没有得到回答。</translation>
    </message>
    <message>
        <source>There is no answer to compare yet. Ask something first.</source>
        <translation>还没有可以比较的回答。请先提一个问题。</translation>
    </message>
    <message>
        <source>Compare two ways to answer</source>
        <translation>比较两种回答方式</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The question: {question}</source>
        <translation>问题：{question}</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>左侧</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>右侧</translation>
    </message>
    <message>
        <source>Blind: do not tell which is which before the choice</source>
        <translation>盲选：选择之前不透露各是哪种方式</translation>
    </message>
    <message>
        <source>Answer both</source>
        <translation>两种都回答</translation>
    </message>
    <message>
        <source>Blind</source>
        <translation>盲选</translation>
    </message>
    <message>
        <source>It tells which is which after your choice</source>
        <translation>选择之后才揭晓各是哪种方式</translation>
    </message>
    <message>
        <source>Both ways are the same. Change one of them.</source>
        <translation>两种方式相同，请改变其中一种。</translation>
    </message>
    <message>
        <source>{tokens} tokens, {rate} a second</source>
        <translation>{tokens} 个词元，每秒 {rate} 个</translation>
    </message>
    <message>
        <source>Which one is better? Both are kept as versions of the answer.</source>
        <translation>哪个更好？两个都会作为回答的不同版本保留。</translation>
    </message>
    <message>
        <source>Your choice</source>
        <translation>你的选择</translation>
    </message>
    <message>
        <source>This one is better</source>
        <translation>这个更好</translation>
    </message>
    <message>
        <source>Kept. It stands in the chat now, and is learned from.</source>
        <translation>已保存。它已放进对话，并会用于学习。</translation>
    </message>
    <message>
        <source>The answer you preferred stands here now, and is learned from.</source>
        <translation>你选中的回答已放在这里，并会用于学习。</translation>
    </message>
    <message>
        <source>Only an answer can be compared. Ask something first.</source>
        <translation>只能比较回答。请先提一个问题。</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>笔记</translation>
    </message>
    <message>
        <source>Nothing learned</source>
        <translation>不用已学内容</translation>
    </message>
    <message>
        <source>Learned, in use</source>
        <translation>已学内容（使用中）</translation>
    </message>
    <message>
        <source>Learned, night {night}</source>
        <translation>已学内容，第 {night} 夜</translation>
    </message>
    <message>
        <source>{side}, what was learned</source>
        <translation>{side}，已学内容</translation>
    </message>
    <message>
        <source>{side}, strength</source>
        <translation>{side}，强度</translation>
    </message>
    <message>
        <source>{side} answer</source>
        <translation>{side}的回答</translation>
    </message>
    <message>
        <source>The {side} one is better</source>
        <translation>{side}的更好</translation>
    </message>
    <message>
        <source>with your notes</source>
        <translation>参考你的笔记</translation>
    </message>
    <message>
        <source>without your notes</source>
        <translation>不参考你的笔记</translation>
    </message>
    <message>
        <source>at {percent}%</source>
        <translation>强度 {percent}%</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>An answer. Which way it was made is told after your choice.</source>
        <translation>一个回答。选择之后才揭晓它是怎样生成的。</translation>
    </message>
    <message>
        <source>{words}.</source>
        <translation>{words}。</translation>
    </message>
    <message>
        <source>Made {how}: {took}.</source>
        <translation>生成方式：{how}（{took}）。</translation>
    </message>
    <message>
        <source>Made {how}.</source>
        <translation>生成方式：{how}。</translation>
    </message>
    <message>
        <source>Notes on</source>
        <translation>笔记：开</translation>
    </message>
    <message>
        <source>Notes off</source>
        <translation>笔记：关</translation>
    </message>
    <message>
        <source>Your question</source>
        <translation>你的问题</translation>
    </message>
    <message>
        <source>Ask about anything you've written…</source>
        <translation>问问你写过的任何内容…</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Send (Enter)</source>
        <translation>发送 (Enter)</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>停止 (Esc)</translation>
    </message>
    <message>
        <source>Take the next question back</source>
        <translation>撤回下一个问题</translation>
    </message>
    <message>
        <source>Answers look into your notes first</source>
        <translation>回答前先查看你的笔记</translation>
    </message>
    <message>
        <source>Learned</source>
        <translation>已学会</translation>
    </message>
    <message>
        <source>How strongly what was learned colours the answers</source>
        <translation>已学内容对回答的影响有多强</translation>
    </message>
    <message>
        <source>Who answers in this conversation</source>
        <translation>这个对话由谁回答</translation>
    </message>
    <message>
        <source>Next: {question}</source>
        <translation>下一个：{question}</translation>
    </message>
    <message>
        <source>Learned off</source>
        <translation>已学内容：关</translation>
    </message>
    <message>
        <source>Answers use what was learned at night</source>
        <translation>回答会用到夜间学到的内容</translation>
    </message>
    <message>
        <source>Reading skill on</source>
        <translation>阅读能力：开</translation>
    </message>
    <message>
        <source>Reading skill off</source>
        <translation>阅读能力：关</translation>
    </message>
    <message>
        <source>It knows how to read notes; nothing learned from yours is in use</source>
        <translation>它会阅读笔记；还没有用到从你的笔记中学到的内容</translation>
    </message>
    <message>
        <source>Strength {share:.0%}</source>
        <translation>强度 {share:.0%}</translation>
    </message>
    <message>
        <source>Persona</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Persona: {name}</source>
        <translation>角色：{name}</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Kept as a note, not asked</source>
        <translation>存为笔记，不提问</translation>
    </message>
    <message>
        <source>Answers come from the model alone</source>
        <translation>回答只靠模型本身</translation>
    </message>
    <message>
        <source>Drop to ask about it alone</source>
        <translation>拖放到这里，只就它提问</translation>
    </message>
    <message>
        <source>This chat takes {share:.0%} of what the model can hold in mind at once</source>
        <translation>这个对话占用了模型一次所能记住内容的 {share:.0%}</translation>
    </message>
    <message>
        <source>{words}. Then its oldest questions leave.</source>
        <translation>{words}。再长的话，最早的问题会被忘掉。</translation>
    </message>
    <message>
        <source>Archived</source>
        <translation>已归档</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>Search conversations</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>New chat (Ctrl+N)</source>
        <translation>新对话 (Ctrl+N)</translation>
    </message>
    <message>
        <source>Import or export chats</source>
        <translation>导入或导出对话</translation>
    </message>
    <message>
        <source>No chat holds these words.</source>
        <translation>没有对话包含这些词。</translation>
    </message>
    <message>
        <source>Your chats will stand here.</source>
        <translation>你的对话会列在这里。</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <source>Import chats…</source>
        <translation>导入对话…</translation>
    </message>
    <message>
        <source>Export all chats…</source>
        <translation>导出全部对话…</translation>
    </message>
    <message>
        <source>Rename the folder</source>
        <translation>重命名文件夹</translation>
    </message>
    <message>
        <source>Take the folder apart</source>
        <translation>解散文件夹</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>置顶</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>移到文件夹</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新建文件夹</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>不放入文件夹</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>放回列表</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>归档</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>New folder {n}</source>
        <translation>新建文件夹 {n}</translation>
    </message>
    <message>
        <source>closed</source>
        <comment>a folder</comment>
        <translation>已收起</translation>
    </message>
    <message>
        <source>open</source>
        <comment>a folder</comment>
        <translation>已展开</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>对话列表</translation>
    </message>
    <message>
        <source>Show earlier messages</source>
        <translation>显示更早的消息</translation>
    </message>
    <message>
        <source>Jan</source>
        <translation>1月</translation>
    </message>
    <message>
        <source>Feb</source>
        <translation>2月</translation>
    </message>
    <message>
        <source>Mar</source>
        <translation>3月</translation>
    </message>
    <message>
        <source>Apr</source>
        <translation>4月</translation>
    </message>
    <message>
        <source>May</source>
        <translation>5月</translation>
    </message>
    <message>
        <source>Jun</source>
        <translation>6月</translation>
    </message>
    <message>
        <source>Jul</source>
        <translation>7月</translation>
    </message>
    <message>
        <source>Aug</source>
        <translation>8月</translation>
    </message>
    <message>
        <source>Sep</source>
        <translation>9月</translation>
    </message>
    <message>
        <source>Oct</source>
        <translation>10月</translation>
    </message>
    <message>
        <source>Nov</source>
        <translation>11月</translation>
    </message>
    <message>
        <source>Dec</source>
        <translation>12月</translation>
    </message>
    <message>
        <source>Monday</source>
        <translation>星期一</translation>
    </message>
    <message>
        <source>Tuesday</source>
        <translation>星期二</translation>
    </message>
    <message>
        <source>Wednesday</source>
        <translation>星期三</translation>
    </message>
    <message>
        <source>Thursday</source>
        <translation>星期四</translation>
    </message>
    <message>
        <source>Friday</source>
        <translation>星期五</translation>
    </message>
    <message>
        <source>Saturday</source>
        <translation>星期六</translation>
    </message>
    <message>
        <source>Sunday</source>
        <translation>星期日</translation>
    </message>
    <message>
        <source>{day} {month}</source>
        <translation>{month}{day}日</translation>
    </message>
    <message>
        <source>{day} {month} {year}</source>
        <translation>{year}年{month}{day}日</translation>
    </message>
    <message>
        <source>{month} {year}</source>
        <translation>{year}年{month}</translation>
    </message>
    <message>
        <source>{day}, {time}</source>
        <translation>{day} {time}</translation>
    </message>
    <message>
        <source>{weekday}, {day} {month} {year}, {time}</source>
        <translation>{year}年{month}{day}日 {weekday} {time}</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>更早</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>Deleted the chat “{title}”.</source>
        <translation>已删除对话“{title}”。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Personal AI is already open with this data folder.</source>
        <translation>Personal AI 已用这个数据文件夹打开。</translation>
    </message>
    <message>
        <source>A strength is a number from 0 (off) to {strongest}; 1 is as trained.</source>
        <translation>强度是从 0（关）到 {strongest} 的数；1 为训练时的强度。</translation>
    </message>
    <message>
        <source>There is no adapter in “{folder}”. Learn again to make one.</source>
        <translation>“{folder}”中没有适配器。请重新学习来生成一个。</translation>
    </message>
    <message>
        <source>The note is gone and what was learned from it is no longer used, but its file could not be deleted ({failed}). It is deleted when the program starts again.</source>
        <translation>笔记已删除，从中学到的内容也不再使用，但它的文件无法删除（{failed}）。程序下次启动时会删除它。</translation>
    </message>
    <message>
        <source>A note was deleted while it was being learned, so what was learned with it is thrown away. Learn again; the note takes no part in it.</source>
        <translation>学习期间有一篇笔记被删除，因此这次学到的内容已丢弃。请重新学习，那篇笔记不会参与。</translation>
    </message>
    <message>
        <source>There is nothing to go back to: no adapter is in use, and none was before.</source>
        <translation>没有可以退回的：现在没有使用适配器，之前也没有。</translation>
    </message>
    <message>
        <source>There is no adapter {number}. “personal-ai adapters” lists the ones there are.</source>
        <translation>没有第 {number} 号适配器。用“personal-ai adapters”可列出现有的。</translation>
    </message>
    <message>
        <source>There is no adapter in “{name}”: neither adapter.gguf nor adapter_model.safetensors.</source>
        <translation>“{name}”中没有适配器：既没有 adapter.gguf，也没有 adapter_model.safetensors。</translation>
    </message>
    <message>
        <source>“{name}” is of a kind that can run programs, so it is never opened. Save the adapter as safetensors.</source>
        <translation>“{name}”这类文件能运行程序，因此绝不打开。请把适配器存为 safetensors。</translation>
    </message>
    <message>
        <source>“{name}” is an adapter that wakes on a word (aLoRA); only plain LoRA can be imported.</source>
        <translation>“{name}”是由词语激活的适配器（aLoRA）；只能导入普通的 LoRA。</translation>
    </message>
    <message>
        <source>“{name}” is damaged: its strength (alpha) is no sensible number.</source>
        <translation>“{name}”已损坏：它的强度（alpha）不是合理的数。</translation>
    </message>
    <message>
        <source>“{name}” changes experts ({matrix}), and only dense models can be changed.</source>
        <translation>“{name}”改动了专家层（{matrix}），而只有稠密模型可以改动。</translation>
    </message>
    <message>
        <source>PEFT adapters cannot be taken for models of the kind “{architecture}”. Convert it to GGUF.</source>
        <translation>类型为“{architecture}”的模型不能使用 PEFT 适配器。请把它转换为 GGUF。</translation>
    </message>
    <message>
        <source>“{name}” is not a plain LoRA adapter for this model: it holds “{matrix}”.</source>
        <translation>“{name}”不是这个模型的普通 LoRA 适配器：其中有“{matrix}”。</translation>
    </message>
    <message>
        <source>“{name}” is incomplete: matrices are missing. Copy it again.</source>
        <translation>“{name}”不完整，缺少矩阵。请重新复制。</translation>
    </message>
    <message>
        <source>“{name}” holds no adapter_config.json. Copy the whole folder again.</source>
        <translation>“{name}”中没有 adapter_config.json。请重新复制整个文件夹。</translation>
    </message>
    <message>
        <source>The adapter_config.json in “{name}” is damaged or not PEFT's.</source>
        <translation>“{name}”中的 adapter_config.json 已损坏，或不是 PEFT 的。</translation>
    </message>
    <message>
        <source>“{name}” asks to run a program or to open an address, so it was not imported.</source>
        <translation>“{name}”要求运行程序或打开网址，因此没有导入。</translation>
    </message>
    <message>
        <source>“{name}” is not a plain LoRA adapter (DoRA, biases and whole layers are not taken).</source>
        <translation>“{name}”不是普通的 LoRA 适配器（不接受 DoRA、偏置和整层）。</translation>
    </message>
    <message>
        <source>“{name}” is too large for an adapter.</source>
        <translation>“{name}”太大，不像适配器。</translation>
    </message>
    <message>
        <source>“{name}” is damaged or not a safetensors file. Copy it again.</source>
        <translation>“{name}”已损坏，或不是 safetensors 文件。请重新复制。</translation>
    </message>
    <message>
        <source>“{name}” is damaged: it holds numbers that are not finite ({matrix}).</source>
        <translation>“{name}”已损坏：其中有非有限的数（{matrix}）。</translation>
    </message>
    <message>
        <source>“{name}” is larger than an adapter may be (rank {rank}, at most {most}).</source>
        <translation>“{name}”超出了适配器的限度（秩 {rank}，最多 {most}）。</translation>
    </message>
    <message>
        <source>“{name}” would drown the model: its numbers are absurdly large ({matrix}).</source>
        <translation>“{name}”会淹没模型：其中的数大得离谱（{matrix}）。</translation>
    </message>
    <message>
        <source>This model's attention heads differ from layer to layer, so only GGUF adapters can be exchanged.</source>
        <translation>这个模型各层的注意力头不同，因此只能交换 GGUF 适配器。</translation>
    </message>
    <message>
        <source>The adapter changes “{name}”, which has no name in PEFT. Use its GGUF file.</source>
        <translation>适配器改动了“{name}”，它在 PEFT 中没有对应的名称。请使用它的 GGUF 文件。</translation>
    </message>
    <message>
        <source>“{name}” was made for another model than “{model}”. Choose the model it was made for first.</source>
        <translation>“{name}”是为“{model}”以外的模型制作的。请先选择它对应的模型。</translation>
    </message>
    <message>
        <source>is no longer there</source>
        <translation>已不在那里</translation>
    </message>
    <message>
        <source>has changed on disk since it was made</source>
        <translation>制作之后在磁盘上被改动过</translation>
    </message>
    <message>
        <source>is incomplete</source>
        <translation>不完整</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>learned a note that you deleted</source>
        <translation>学过一篇你已删除的笔记</translation>
    </message>
    <message>
        <source>Adapter {number} {fault}</source>
        <translation>第 {number} 号适配器{fault}</translation>
    </message>
    <message>
        <source>The note of which adapter is in use was damaged</source>
        <translation>记录当前适配器的文件已损坏</translation>
    </message>
    <message>
        <source>Adapter {number} {fault}. Choose another one; “personal-ai adapters” lists them.</source>
        <translation>第 {number} 号适配器{fault}。请选择别的；用“personal-ai adapters”可列出现有的。</translation>
    </message>
    <message>
        <source>{why}, so none is used. Learn again, or choose one under Learning.</source>
        <translation>{why}，因此没有使用任何适配器。请重新学习，或在“学习”页选择一个。</translation>
    </message>
    <message>
        <source>{why}, so adapter {number} is used instead. Remove it, or choose another under Learning.</source>
        <translation>{why}，因此改用第 {number} 号适配器。请移除它，或在“学习”页选择别的。</translation>
    </message>
    <message>
        <source>{why}, so the newest one, adapter {number}, is used. Choose another under Learning.</source>
        <translation>{why}，因此使用最新的第 {number} 号适配器。可在“学习”页选择别的。</translation>
    </message>
    <message>
        <source>The learning add-on here is version {version}, and this Personal AI needs version {version2}. Install that one; what was learned stays.</source>
        <translation>这里的学习组件是版本 {version}，而这个 Personal AI 需要版本 {version2}。请安装所需版本；学到的内容会保留。</translation>
    </message>
    <message>
        <source>The learning add-on is only half there. Install it again.</source>
        <translation>学习组件不完整。请重新安装。</translation>
    </message>
    <message>
        <source>Learning is an add-on that is not installed yet. The Learning page installs it from a file.</source>
        <translation>学习是一个尚未安装的组件。可在“学习”页从文件安装。</translation>
    </message>
    <message>
        <source>The learning add-on is damaged. Install it again.</source>
        <translation>学习组件已损坏。请重新安装。</translation>
    </message>
    <message>
        <source>“{name}” is the add-on of version {version}, and this Personal AI needs the one of version {version2}.</source>
        <translation>“{name}”是版本 {version} 的组件，而这个 Personal AI 需要版本 {version2} 的。</translation>
    </message>
    <message>
        <source>This Personal AI is only half installed. Install it again; your data stays.</source>
        <translation>这个 Personal AI 没有装完整。请重新安装；你的数据会保留。</translation>
    </message>
    <message>
        <source>Nothing may be written beside the program, so “{name}” cannot be installed there. This Personal AI was installed for everybody on this computer: its add-on is a package too, personal-ai-learning.</source>
        <translation>程序旁边无法写入，因此不能把“{name}”装在那里。这个 Personal AI 是为这台电脑的所有人安装的：它的组件也是一个软件包，名为 personal-ai-learning。</translation>
    </message>
    <message>
        <source>“{name}” does not come from the makers of Personal AI, or was changed since: it is not opened. Take one from where you have the program.</source>
        <translation>“{name}”并非来自 Personal AI 的制作者，或之后被改动过，因此没有打开。请从你获取本程序的地方取一个。</translation>
    </message>
    <message>
        <source>“{name}” is for {system}, and this computer is {this_system}.</source>
        <translation>“{name}”适用于 {system}，而这台电脑是 {this_system}。</translation>
    </message>
    <message>
        <source>There is not enough room: {spare} are needed in “{folder}” and {free} are free. Free some space and try again; nothing was changed.</source>
        <translation>空间不足：“{folder}”需要 {spare}，空闲 {free}。请腾出空间后再试；没有任何改动。</translation>
    </message>
    <message>
        <source>“{name}” is not complete: part of it is missing. Copy or download it again.</source>
        <translation>“{name}”不完整，缺少一部分。请重新复制或下载。</translation>
    </message>
    <message>
        <source>“{name}” was damaged on its way. Copy or download it again.</source>
        <translation>“{name}”在传输中损坏。请重新复制或下载。</translation>
    </message>
    <message>
        <source>“{name}” was changed while it was unpacked. Copy or download it again.</source>
        <translation>“{name}”在解压期间被改动。请重新复制或下载。</translation>
    </message>
    <message>
        <source>“{name}” cannot be unpacked. Copy or download it again.</source>
        <translation>“{name}”无法解压。请重新复制或下载。</translation>
    </message>
    <message>
        <source>“{name}” holds {part}, and this is the place for {wanted}.</source>
        <translation>“{name}”中是{part}，而这里需要的是{wanted}。</translation>
    </message>
    <message>
        <source>Personal AI itself</source>
        <translation>Personal AI 本身</translation>
    </message>
    <message>
        <source>the learning add-on</source>
        <translation>学习组件</translation>
    </message>
    <message>
        <source>something else</source>
        <translation>别的内容</translation>
    </message>
    <message>
        <source>No model is loaded yet. Choose a model in the settings.</source>
        <translation>还没有加载模型。请在设置中选择一个模型。</translation>
    </message>
    <message>
        <source>“{name}” made its reader fail, so nothing was taken from it.</source>
        <translation>“{name}”使读取程序出错，因此没有导入任何内容。</translation>
    </message>
    <message>
        <source>There is no chat history in this folder. Choose conversations.json, the archive it came in, or GPT4All's folder of chats.</source>
        <translation>这个文件夹里没有对话记录。请选择 conversations.json、它所在的压缩包，或 GPT4All 的对话文件夹。</translation>
    </message>
    <message>
        <source>“{name}” is not there any more. Choose it again.</source>
        <translation>“{name}”已不在那里。请重新选择。</translation>
    </message>
    <message>
        <source>The model stopped unexpectedly and was started again; the answer begins anew.</source>
        <translation>模型意外停止，已重新启动；回答从头开始。</translation>
    </message>
    <message>
        <source>The model stopped twice in a row, so this question was given up. Ask again, or choose another model; if it happens again, close other programs to free memory.</source>
        <translation>模型连续停止了两次，因此放弃了这个问题。请再问一次，或换一个模型；如果再次发生，请关闭其他程序以腾出内存。</translation>
    </message>
    <message>
        <source>There is no question yet. Type one and ask again.</source>
        <translation>还没有问题。请输入一个再提问。</translation>
    </message>
    <message>
        <source>An answer is still being written. Stop it, or wait for its end, and ask again.</source>
        <translation>回答还没写完。请停止它，或等它写完再提问。</translation>
    </message>
    <message>
        <source>Only a question can be asked in other words. Choose one.</source>
        <translation>只有问题可以换个问法。请选择一个问题。</translation>
    </message>
    <message>
        <source>Only an answer can be written again. Choose one, or ask the question anew.</source>
        <translation>只有回答可以重写。请选择一个回答，或重新提问。</translation>
    </message>
    <message>
        <source>Only an answer that was cut off can be continued. Ask for more in words.</source>
        <translation>只有被截断的回答可以继续。请用文字要求更多内容。</translation>
    </message>
    <message>
        <source>Only an answer with words in it can be taught about. Choose one.</source>
        <translation>只有含有文字的回答可以教。请选择一个。</translation>
    </message>
    <message>
        <source>There is no better answer yet. Write one, or give this one a thumb down.</source>
        <translation>还没有更好的回答。请写一个，或给这个回答点踩。</translation>
    </message>
    <message>
        <source>This is what it said already. Change the answer, or give it a thumb up.</source>
        <translation>它本来就是这样说的。请修改回答，或给它点赞。</translation>
    </message>
    <message>
        <source>These two answer different questions. Compare two answers to the same one.</source>
        <translation>这两个回答的问题不同。请比较同一问题的两个回答。</translation>
    </message>
    <message>
        <source>Both say the same, so there is nothing to prefer. Compare again for other words.</source>
        <translation>两者说的一样，没有可选的。请再比较一次以得到不同的说法。</translation>
    </message>
    <message>
        <source>There is nothing to remember yet. Write it down and try again.</source>
        <translation>还没有要记住的内容。请写下来再试。</translation>
    </message>
    <message>
        <source>This answer is still being written. Wait for its end, or stop it.</source>
        <translation>这个回答还没写完。请等它写完，或停止它。</translation>
    </message>
    <message>
        <source>“{name}” has {size} GB, and this computer {there} GB of memory. Choose a smaller model, or a smaller quantisation of this one.</source>
        <translation>“{name}”有 {size} GB，而这台电脑有 {there} GB 内存。请选择更小的模型，或这个模型更小的量化版本。</translation>
    </message>
    <message>
        <source>There is no file “{name}” any more. Look where it is now.</source>
        <translation>文件“{name}”已不存在。请看看它现在在哪里。</translation>
    </message>
    <message>
        <source>“{name}” brought llama.cpp down when it was tried, so it was not taken. Close other programs and try again, or download it again.</source>
        <translation>“{name}”试用时使 llama.cpp 崩溃，因此没有添加。请关闭其他程序后再试，或重新下载。</translation>
    </message>
    <message>
        <source>“{name}” {fault}, so nothing was taken from it.</source>
        <translation>“{name}”{fault}，没有导入任何内容。</translation>
    </message>
    <message>
        <source>is damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>holds no conversation</source>
        <translation>中没有对话</translation>
    </message>
    <message>
        <source>“{name}” is no file. Give a file, or add a folder to your library.</source>
        <translation>“{name}”不是文件。请选择文件，或把文件夹加入资料库。</translation>
    </message>
    <message>
        <source>“{name}” is of a kind that Personal AI cannot read. Save it as text or PDF and try again.</source>
        <translation>“{name}”的类型 Personal AI 读不了。请存为文本或 PDF 后再试。</translation>
    </message>
    <message>
        <source>“{name}” is too large to ask about by itself. Add it to your library instead.</source>
        <translation>“{name}”太大，不能单独就它提问。请把它加入资料库。</translation>
    </message>
    <message>
        <source>“{name}” holds no text to read.</source>
        <translation>“{name}”中没有可读的文字。</translation>
    </message>
    <message>
        <source>There is nothing to read in “{folder}”. Personal AI reads {kinds}.</source>
        <translation>“{folder}”中没有可读的内容。Personal AI 能读 {kinds}。</translation>
    </message>
    <message>
        <source>The name “{name}” is written in no known way. Give the file another name.</source>
        <translation>名称“{name}”的编码无法识别。请给文件换个名称。</translation>
    </message>
    <message>
        <source>Personal AI cannot read “{name}”. It reads {suffixes}.</source>
        <translation>Personal AI 读不了“{name}”。它能读 {suffixes}。</translation>
    </message>
    <message>
        <source>“{name}” is empty, so there is nothing to read in it.</source>
        <translation>“{name}”是空的，没有内容可读。</translation>
    </message>
    <message>
        <source>“{name}” is too large ({size} MB; {most} MB is the most). Split it and add the parts.</source>
        <translation>“{name}”太大（{size} MB，最多 {most} MB）。请拆分后再添加各部分。</translation>
    </message>
    <message>
        <source>“{name}” is another disk in this folder. Add it by itself.</source>
        <translation>“{name}”是这个文件夹中的另一个磁盘。请单独添加。</translation>
    </message>
    <message>
        <source>“{name}” is not a file with text in it, so it was left out.</source>
        <translation>“{name}”不是含有文字的文件，已跳过。</translation>
    </message>
    <message>
        <source>There is no file or folder “{path}”. Check the name; nothing was added.</source>
        <translation>没有文件或文件夹“{path}”。请检查名称；没有添加任何内容。</translation>
    </message>
    <message>
        <source>{left_out} of {total} entries in “{name}” are damaged or too long, so they were left out.</source>
        <translation>“{name}”的 {total} 个条目中有 {left_out} 个已损坏或太长，已跳过。</translation>
    </message>
    <message>
        <source>“{name}” changed while it was being read. Add it again when nothing writes to it.</source>
        <translation>“{name}”在读取期间有改动。请等没有程序写入时再添加。</translation>
    </message>
    <message>
        <source>“{name}” went away before it was read, so it was left out.</source>
        <translation>“{name}”在读取之前就不见了，已跳过。</translation>
    </message>
    <message>
        <source>“{name}” needs too much memory to read. Split it and add the parts.</source>
        <translation>读取“{name}”需要的内存太多。请拆分后再添加各部分。</translation>
    </message>
    <message>
        <source>“{name}” is damaged or not what its name says, so it was left out.</source>
        <translation>“{name}”已损坏，或与名称所示的类型不符，已跳过。</translation>
    </message>
    <message>
        <source>“{name}” needs too much memory to read.</source>
        <translation>读取“{name}”需要的内存太多。</translation>
    </message>
    <message>
        <source>“{name}” unpacks to more than any document should, as files do that harm computers, so it was left out.</source>
        <translation>“{name}”解压后大得不像文档，有害文件才会这样，已跳过。</translation>
    </message>
    <message>
        <source>“{name}” is locked with a password. Unpack it, and add what was in it.</source>
        <translation>“{name}”有密码保护。请解压后添加里面的内容。</translation>
    </message>
    <message>
        <source>“{name}” holds no dates that can be read, so it was left out.</source>
        <translation>“{name}”中没有可读的日程，已跳过。</translation>
    </message>
    <message>
        <source>“{name}” is not a text file ({looks}), so it was left out.</source>
        <translation>“{name}”不是文本文件（{looks}），已跳过。</translation>
    </message>
    <message>
        <source>“{name}” is not a text file that Personal AI can make out, so it was left out.</source>
        <translation>“{name}”不是 Personal AI 能识别的文本文件，已跳过。</translation>
    </message>
    <message>
        <source>“{name}” is built like a file that harms computers when it is opened, so it was left out.</source>
        <translation>“{name}”的构造与打开时会危害电脑的文件相同，已跳过。</translation>
    </message>
    <message>
        <source>A note in “{name}” is longer than any document may be, so it was left out.</source>
        <translation>“{name}”中有一篇笔记长得超出限度，已跳过。</translation>
    </message>
    <message>
        <source>“{name}” is a damaged Evernote export. Export the notes again and add that.</source>
        <translation>“{name}”是损坏的 Evernote 导出文件。请重新导出笔记再添加。</translation>
    </message>
    <message>
        <source>“{name}” is no export of {known}, so it was left out. Unpack it to add what is in it.</source>
        <translation>“{name}”不是 {known} 的导出文件，已跳过。请解压后添加里面的内容。</translation>
    </message>
    <message>
        <source>“{name}” in “{name2}” is too large to read ({name3} MB; {max_file} MB is the most).</source>
        <translation>“{name2}”中的“{name}”太大，无法读取（{name3} MB，最多 {max_file} MB）。</translation>
    </message>
    <message>
        <source>“{name}” is no export of {known}, so it was left out.</source>
        <translation>“{name}”不是 {known} 的导出文件，已跳过。</translation>
    </message>
    <message>
        <source>“{name}” is no chat of GPT4All, so it was left out.</source>
        <translation>“{name}”不是 GPT4All 的对话，已跳过。</translation>
    </message>
    <message>
        <source>“{name}” is damaged: it ends in the middle of a message, so it was left out.</source>
        <translation>“{name}”已损坏：在一条消息中间就结束了，已跳过。</translation>
    </message>
    <message>
        <source>“{name}” is no history of ChatGPT, Claude, Open WebUI, GPT4All or Personal AI, so nothing was taken from it.</source>
        <translation>“{name}”不是 ChatGPT、Claude、Open WebUI、GPT4All 或 Personal AI 的对话记录，没有导入任何内容。</translation>
    </message>
    <message>
        <source>“{name}” is too large to read ({size} MB; {max_file} MB is the most).</source>
        <translation>“{name}”太大，无法读取（{size} MB，最多 {max_file} MB）。</translation>
    </message>
    <message>
        <source>“{name}” is damaged or not whole, so nothing was taken from it. Export it or copy it here again.</source>
        <translation>“{name}”已损坏或不完整，没有导入任何内容。请重新导出，或重新复制到这里。</translation>
    </message>
    <message>
        <source>“{name}” is not a mailbox in the mbox form, so it was left out.</source>
        <translation>“{name}”不是 mbox 格式的邮箱，已跳过。</translation>
    </message>
    <message>
        <source>“{name}” is locked with a password. Save a copy without one and add the copy.</source>
        <translation>“{name}”有密码保护。请另存一份不带密码的再添加。</translation>
    </message>
    <message>
        <source>“{name}” is built like a file that harms computers when it is opened, so it was left out. If you trust it, save it again from the program that made it and add that.</source>
        <translation>“{name}”的构造与打开时会危害电脑的文件相同，已跳过。如果你信任它，请用制作它的程序重新保存再添加。</translation>
    </message>
    <message>
        <source>“{name}” holds more than {max_characters} million characters. Split it into smaller files and add those.</source>
        <translation>“{name}”超过 {max_characters} 百万个字符。请拆成较小的文件再添加。</translation>
    </message>
    <message>
        <source>“{name}” holds no text to read, so it was left out.</source>
        <translation>“{name}”中没有可读的文字，已跳过。</translation>
    </message>
    <message>
        <source>“{name}” has {pages} pages; {max_pages} is the most. Split it and add the parts.</source>
        <translation>“{name}”有 {pages} 页，最多 {max_pages} 页。请拆分后再添加各部分。</translation>
    </message>
    <message>
        <source>“{name}” holds pictures of pages and no text. Run it through text recognition (OCR) and add the result.</source>
        <translation>“{name}”中只有页面的图片，没有文字。请先做文字识别（OCR），再添加结果。</translation>
    </message>
    <message>
        <source>“{name}” holds pictures and no text that could be read in them, so it was left out.</source>
        <translation>“{name}”中只有图片，其中没有能识别的文字，因此已跳过。</translation>
    </message>
    <message>
        <source>“{name}” was read but for {n} of its pages, on which are pictures and no text. Run it through text recognition (OCR) and add the result.</source>
        <translation>已读取“{name}”，但其中 {n} 页只有图片、没有文字，未能读取。请先做文字识别（OCR），再添加结果。</translation>
    </message>
    <message>
        <source>“{name}” was read but for {n} of its pages, on which are pictures and no text. To have them read, run: pip install "personal-ai[ocr]", and add the file again.</source>
        <translation>已读取“{name}”，但其中 {n} 页只有图片、没有文字，未能读取。要读取这些页，请运行：pip install "personal-ai[ocr]"，然后重新添加该文件。</translation>
    </message>
    <message>
        <source>“{name}” holds pictures of pages, and text recognition is not installed. Run: pip install "personal-ai[ocr]", and add the file again.</source>
        <translation>“{name}”中只有页面的图片，而文字识别尚未安装。请运行：pip install "personal-ai[ocr]"，然后重新添加该文件。</translation>
    </message>
    <message>
        <source>“{name}” is a picture, and text recognition is not installed. Run: pip install "personal-ai[ocr]", and add the file again.</source>
        <translation>“{name}”是图片，而文字识别尚未安装。请运行：pip install "personal-ai[ocr]"，然后重新添加该文件。</translation>
    </message>
    <message>
        <source>“{name}” is a picture. Run it through text recognition (OCR) and add the result.</source>
        <translation>“{name}”是图片。请先做文字识别（OCR），再添加结果。</translation>
    </message>
    <message>
        <source>“{name}” is a picture without text, so it was left out.</source>
        <translation>“{name}”是没有文字的图片，因此已跳过。</translation>
    </message>
    <message>
        <source>The disk or network folder with “{name}” does not answer, so nothing was read. Try again later.</source>
        <translation>“{name}”所在的磁盘或网络文件夹没有响应，因此没有读取任何内容。请稍后再试。</translation>
    </message>
    <message>
        <source>“{name}” does not answer now. Its notes stay as they are, and it goes on when the folder does.</source>
        <translation>“{name}”现在没有响应。其中的笔记保持不变，文件夹恢复响应后会继续。</translation>
    </message>
    <message>
        <source>“{name}” is damaged, or no picture that can be read, so it was left out.</source>
        <translation>“{name}”已损坏，或不是可以读取的图片，因此已跳过。</translation>
    </message>
    <message>
        <source>“{name}” is not really a picture (it looks like {looks}), so it was left out.</source>
        <translation>“{name}”其实不是图片（看起来像{looks}），因此已跳过。</translation>
    </message>
    <message>
        <source>“{name}” is a picture of {n} million points; {most} million is the most. Make it smaller and add that.</source>
        <translation>“{name}”是一张 {n} 百万像素的图片，最多 {most} 百万。请把它缩小后再添加。</translation>
    </message>
    <message>
        <source>“{name}” is a damaged PDF. Open it in another program, save it again and add that.</source>
        <translation>“{name}”是损坏的 PDF。请用其他程序打开、重新保存后再添加。</translation>
    </message>
    <message>
        <source>“{name}” is nested deeper than any document should be, so it was left out.</source>
        <translation>“{name}”的嵌套层数超出了文档应有的限度，已跳过。</translation>
    </message>
    <message>
        <source>“{name}” holds no contacts that can be read, so it was left out.</source>
        <translation>“{name}”中没有可读的联系人，已跳过。</translation>
    </message>
    <message>
        <source>“{name}” holds no messages that can be read, so it was left out.</source>
        <translation>“{name}”中没有可读的消息，已跳过。</translation>
    </message>
    <message>
        <source>The part of Personal AI that reads files does not start. Start the program again.</source>
        <translation>Personal AI 读取文件的部分没有启动。请重新启动程序。</translation>
    </message>
    <message>
        <source>“{name}” made its reader fail, so it was left out.</source>
        <translation>“{name}”使读取程序出错，已跳过。</translation>
    </message>
    <message>
        <source>The system does not tell what changes here, so it is looked through every five minutes.</source>
        <translation>系统不告知这里的变化，因此每五分钟查看一次。</translation>
    </message>
    <message>
        <source>“{name}” is not there now. Its notes stay as they are, and it goes on when the folder is back.</source>
        <translation>“{name}”现在找不到。它的笔记保持原样，文件夹回来后会继续。</translation>
    </message>
    <message>
        <source>“{name}” is empty now and held {count} files. Its notes stay as they are until you say that the files are meant to be gone.</source>
        <translation>“{name}”现在是空的，之前有 {count} 个文件。在你确认这些文件确实已删除之前，它的笔记保持原样。</translation>
    </message>
    <message>
        <source>There is no folder “{folder}”. Choose one that is there.</source>
        <translation>没有文件夹“{folder}”。请选择一个存在的。</translation>
    </message>
    <message>
        <source>That is a whole disk, most of it none of your notes. Choose a folder in it.</source>
        <translation>这是整个磁盘，其中大部分不是你的笔记。请选择里面的一个文件夹。</translation>
    </message>
    <message>
        <source>“{name}” lies in “{path}”, which stays current already.</source>
        <translation>“{name}”位于“{path}”中，后者已经保持最新。</translation>
    </message>
    <message>
        <source>“{name}” went away while it was being read. What was read is kept; add it again when it is back, and it goes on from there.</source>
        <translation>“{name}”在读取期间不见了。已读的内容会保留；等它回来后重新添加，会从那里继续。</translation>
    </message>
    <message>
        <source>There is no note “{name}” in your library. Give its whole title, or the path of its file.</source>
        <translation>资料库中没有笔记“{name}”。请给出它的完整标题，或文件的路径。</translation>
    </message>
    <message>
        <source>{n} notes are called “{name}”. Give the path of the one you mean: {paths}.</source>
        <translation>有 {n} 篇笔记名为“{name}”。请给出你要的那一篇的路径：{paths}。</translation>
    </message>
    <message>
        <source>“{name}” {fault}, so it was left out.</source>
        <translation>“{name}”{fault}，已跳过。</translation>
    </message>
    <message>
        <source>is damaged or not what its name says</source>
        <translation>已损坏，或与名称所示的类型不符</translation>
    </message>
    <message>
        <source>holds no text to read</source>
        <translation>中没有可读的文字</translation>
    </message>
    <message>
        <source>“{name}” is not really {what}, so it was left out.</source>
        <translation>“{name}”其实不是{what}，已跳过。</translation>
    </message>
    <message>
        <source>“{name}” is not really {what} (it looks like {looks}), so it was left out.</source>
        <translation>“{name}”其实不是{what}（看起来像{looks}），已跳过。</translation>
    </message>
    <message>
        <source>“{name}” is damaged, or not {what}.</source>
        <translation>“{name}”已损坏，或不是{what}。</translation>
    </message>
    <message>
        <source>{broken} Open it in the program that made it, save it again and add that.</source>
        <translation>{broken}请用制作它的程序打开、重新保存后再添加。</translation>
    </message>
    <message>
        <source>{broken} Make it again, or unpack it and add what is in it.</source>
        <translation>{broken}请重新制作，或解压后添加里面的内容。</translation>
    </message>
    <message>
        <source>“{name}” is locked with a password or {old}. Save it as an open {suffix} and add that.</source>
        <translation>“{name}”有密码保护，或是{old}。请另存为不加密的 {suffix} 再添加。</translation>
    </message>
    <message>
        <source>it looks like {looks}</source>
        <translation>看起来像{looks}</translation>
    </message>
    <message>
        <source>it holds data</source>
        <translation>其中是数据</translation>
    </message>
    <message>
        <source>a JPEG picture</source>
        <translation>JPEG 图片</translation>
    </message>
    <message>
        <source>a PNG picture</source>
        <translation>PNG 图片</translation>
    </message>
    <message>
        <source>a GIF picture</source>
        <translation>GIF 图片</translation>
    </message>
    <message>
        <source>a bitmap picture</source>
        <translation>位图图片</translation>
    </message>
    <message>
        <source>a TIFF picture</source>
        <translation>TIFF 图片</translation>
    </message>
    <message>
        <source>a WebP picture</source>
        <translation>WebP 图片</translation>
    </message>
    <message>
        <source>a video or photo</source>
        <translation>视频或照片</translation>
    </message>
    <message>
        <source>a sound recording</source>
        <translation>录音</translation>
    </message>
    <message>
        <source>a PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>rich text</source>
        <translation>RTF 文件</translation>
    </message>
    <message>
        <source>a book</source>
        <translation>电子书</translation>
    </message>
    <message>
        <source>a Word file</source>
        <translation>Word 文件</translation>
    </message>
    <message>
        <source>an Excel file</source>
        <translation>Excel 文件</translation>
    </message>
    <message>
        <source>a PowerPoint file</source>
        <translation>PowerPoint 文件</translation>
    </message>
    <message>
        <source>an OpenDocument text</source>
        <translation>OpenDocument 文本</translation>
    </message>
    <message>
        <source>an OpenDocument sheet</source>
        <translation>OpenDocument 表格</translation>
    </message>
    <message>
        <source>an OpenDocument presentation</source>
        <translation>OpenDocument 演示文稿</translation>
    </message>
    <message>
        <source>an old Word file</source>
        <translation>旧版 Word 文件</translation>
    </message>
    <message>
        <source>an old Excel file</source>
        <translation>旧版 Excel 文件</translation>
    </message>
    <message>
        <source>an old PowerPoint file</source>
        <translation>旧版 PowerPoint 文件</translation>
    </message>
    <message>
        <source>an old Office file</source>
        <translation>旧版 Office 文件</translation>
    </message>
    <message>
        <source>an old or locked Office file</source>
        <translation>旧版或加密的 Office 文件</translation>
    </message>
    <message>
        <source>a zip archive or Office file</source>
        <translation>zip 压缩包或 Office 文件</translation>
    </message>
    <message>
        <source>a zip archive</source>
        <translation>zip 压缩包</translation>
    </message>
    <message>
        <source>a gzip archive</source>
        <translation>gzip 压缩包</translation>
    </message>
    <message>
        <source>a 7-Zip archive</source>
        <translation>7-Zip 压缩包</translation>
    </message>
    <message>
        <source>a RAR archive</source>
        <translation>RAR 压缩包</translation>
    </message>
    <message>
        <source>a model file</source>
        <translation>模型文件</translation>
    </message>
    <message>
        <source>a database</source>
        <translation>数据库</translation>
    </message>
    <message>
        <source>a program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>a Windows program</source>
        <translation>Windows 程序</translation>
    </message>
    <message>
        <source>ChatGPT, Claude, Google Keep, Notion, Telegram or WhatsApp</source>
        <translation>ChatGPT、Claude、Google Keep、Notion、Telegram 或 WhatsApp</translation>
    </message>
    <message>
        <source>The disk or network folder with “{folder}” does not answer, so reading stopped. What was read is kept; add it again later, and it goes on from there.</source>
        <translation>“{folder}”所在的磁盘或网络文件夹没有响应，因此停止了读取。已读的内容会保留；请稍后重新添加，会从那里继续。</translation>
    </message>
    <message>
        <source>The disk gave no answer when “{name}” was read, so it was left out. Add it again later.</source>
        <translation>读取“{name}”时磁盘没有响应，已跳过。请稍后重新添加。</translation>
    </message>
    <message>
        <source>“{folder}” is not among the folders that stay current. See them: personal-ai watch.</source>
        <translation>“{folder}”不在保持最新的文件夹之中。可用 personal-ai watch 查看。</translation>
    </message>
    <message>
        <source>This conversation is longer than the model can read. Ask a shorter question, or begin a new one.</source>
        <translation>这个对话超出了模型能读的长度。请问得短一些，或开始新对话。</translation>
    </message>
    <message>
        <source>The model “{name}” cannot be loaded. Download it again, or choose another one.</source>
        <translation>无法加载模型“{name}”。请重新下载，或选择别的模型。</translation>
    </message>
    <message>
        <source>There is not enough memory for “{name}”. Close other programs or take a smaller model.</source>
        <translation>内存不足以加载“{name}”。请关闭其他程序，或换一个更小的模型。</translation>
    </message>
    <message>
        <source>The adapter “{name}” cannot be loaded. Choose another one, or learn again.</source>
        <translation>无法加载适配器“{name}”。请选择别的，或重新学习。</translation>
    </message>
    <message>
        <source>The adapter file “{path}” is missing. Choose another adapter, or learn again.</source>
        <translation>适配器文件“{path}”不见了。请选择别的适配器，或重新学习。</translation>
    </message>
    <message>
        <source>A text is longer than the model can read at once. Shorten it, or take a model that reads more.</source>
        <translation>有一段文字超出了模型一次能读的长度。请缩短它，或换一个能读更长的模型。</translation>
    </message>
    <message>
        <source>The tokenizer of “{name}” cannot be read. Download the model again.</source>
        <translation>无法读取“{name}”的分词器。请重新下载模型。</translation>
    </message>
    <message>
        <source>The system refused while {doing}{where}: {reason}. Nothing was changed.</source>
        <translation>{doing}时被系统拒绝{where}：{reason}。没有任何改动。</translation>
    </message>
    <message>
        <source>The disk is full, so {doing} stopped{where}. Free some space and try again; nothing was changed.</source>
        <translation>磁盘已满，{doing}因此停止{where}。请腾出空间后再试；没有任何改动。</translation>
    </message>
    <message>
        <source>Personal AI may not write here, so {doing} stopped{where}. Choose a folder you can write to.</source>
        <translation>Personal AI 无权在此写入，{doing}因此停止{where}。请选择你能写入的文件夹。</translation>
    </message>
    <message>
        <source>Choose a place outside of Personal AI's own folder: what lies in there goes when you delete.</source>
        <translation>请选择 Personal AI 自己的文件夹之外的位置：里面的内容会随删除而消失。</translation>
    </message>
    <message>
        <source>“{target}” is there already, and nothing is overwritten. Choose another name.</source>
        <translation>“{target}”已经存在，不会覆盖任何内容。请换一个名称。</translation>
    </message>
    <message>
        <source>Adapter {number} went out for llama.cpp only: its model is no longer here.</source>
        <translation>第 {number} 号适配器只导出了 llama.cpp 格式：它的模型已不在这里。</translation>
    </message>
    <message>
        <source>Your notes are locked with a password.</source>
        <translation>你的笔记已用密码锁定。</translation>
    </message>
    <message>
        <source>This is not the password. Nothing was changed; the recovery code opens your notes, too.</source>
        <translation>密码不对。没有任何改动；恢复码也能打开你的笔记。</translation>
    </message>
    <message>
        <source>Take a password of at least {shortest_password} letters; a few words are easy to remember.</source>
        <translation>请用至少 {shortest_password} 个字符的密码；几个词连在一起容易记。</translation>
    </message>
    <message>
        <source>Your notes were locked by a newer Personal AI. Update this one to open them.</source>
        <translation>你的笔记是由更新版本的 Personal AI 锁定的。请更新这个版本再打开。</translation>
    </message>
    <message>
        <source>That was the wrong password {count} times. Wait {wait} s, then try again; your notes are as they were.</source>
        <translation>密码已输错 {count} 次。请等 {wait} 秒再试；你的笔记没有变化。</translation>
    </message>
    <message>
        <source>“{key_file}” is damaged, and without it nothing opens your notes. Put a copy of it back there.</source>
        <translation>“{key_file}”已损坏，没有它就打不开你的笔记。请把它的副本放回那里。</translation>
    </message>
    <message>
        <source>This needs {spare} MB of free disk for a moment, and there is less. Free some space, then try again; nothing was changed.</source>
        <translation>这一步暂时需要 {spare} MB 磁盘空间，现在不够。请腾出空间后再试；没有任何改动。</translation>
    </message>
    <message>
        <source>Your notes are locked with a password already.</source>
        <translation>你的笔记已经用密码锁定。</translation>
    </message>
    <message>
        <source>There is no file “{path}”.</source>
        <translation>没有文件“{path}”。</translation>
    </message>
    <message>
        <source>“{name}” is not an adapter. Choose an adapter file that was made for this model.</source>
        <translation>“{name}”不是适配器。请选择为这个模型制作的适配器文件。</translation>
    </message>
    <message>
        <source>“{name}” was made for another model than “{model}”. Switch to the model it was made for, or learn again with this one.</source>
        <translation>“{name}”是为“{model}”以外的模型制作的。请换到它对应的模型，或用这个模型重新学习。</translation>
    </message>
    <message>
        <source>There is no model “{name}” here. Choose another one, or add its file again.</source>
        <translation>这里没有模型“{name}”。请选择别的，或重新添加它的文件。</translation>
    </message>
    <message>
        <source>The built-in model belongs to the program and stays. Switch to another model instead.</source>
        <translation>内置模型属于本程序，不能移除。请改用别的模型。</translation>
    </message>
    <message>
        <source>There is no model “{name}” here.</source>
        <translation>这里没有模型“{name}”。</translation>
    </message>
    <message>
        <source>The file of the model “{name}” has changed since it was added. Remove it and add it again.</source>
        <translation>模型“{name}”的文件在添加之后有改动。请移除后重新添加。</translation>
    </message>
    <message>
        <source>Models of the kind “{architecture}” are not supported yet. Choose one of these families: {known}.</source>
        <translation>类型为“{architecture}”的模型还不支持。请选择以下系列之一：{known}。</translation>
    </message>
    <message>
        <source>The model “{name}” talks in a chat format that this program does not know. Choose its “Instruct” version, or another model.</source>
        <translation>模型“{name}”使用本程序不认识的对话格式。请选择它的“Instruct”版本，或别的模型。</translation>
    </message>
    <message>
        <source>“{name}” is not a GGUF file. Choose the .gguf file of a model; other formats cannot be used.</source>
        <translation>“{name}”不是 GGUF 文件。请选择模型的 .gguf 文件；其他格式不能使用。</translation>
    </message>
    <message>
        <source>“{name}” is a GGUF file of version {version}, which this program does not know. Download the model again as a newer GGUF file.</source>
        <translation>“{name}”是版本 {version} 的 GGUF 文件，本程序不认识。请下载这个模型较新的 GGUF 文件。</translation>
    </message>
    <message>
        <source>“{name}” is quantised in a way (type {kind}) that this program does not know. Download another quantisation of the model, such as Q4_K_M or Q8_0.</source>
        <translation>“{name}”的量化方式（类型 {kind}）本程序不认识。请下载这个模型的其他量化版本，例如 Q4_K_M 或 Q8_0。</translation>
    </message>
    <message>
        <source>“{name}” is incomplete: its end is missing. Copy or download it again and add it once more.</source>
        <translation>“{name}”不完整，缺少结尾。请重新复制或下载，再添加一次。</translation>
    </message>
    <message>
        <source>“{name}” is damaged ({what}). Copy or download it again and add it once more.</source>
        <translation>“{name}”已损坏（{what}）。请重新复制或下载，再添加一次。</translation>
    </message>
    <message>
        <source>“{name}” is a folder. Choose the .gguf file inside it.</source>
        <translation>“{name}”是文件夹。请选择里面的 .gguf 文件。</translation>
    </message>
    <message>
        <source>“{name}” is an adapter, not a model. Add the model it was made for, then import it.</source>
        <translation>“{name}”是适配器，不是模型。请先添加它对应的模型，再导入它。</translation>
    </message>
    <message>
        <source>“{name}” is a part of a model ({kind}), not a model. Choose the model’s main file.</source>
        <translation>“{name}”是模型的一部分（{kind}），不是模型。请选择模型的主文件。</translation>
    </message>
    <message>
        <source>“{name}” is one piece of a split model. Choose a download that is a single file.</source>
        <translation>“{name}”是拆分模型中的一块。请选择只有一个文件的下载。</translation>
    </message>
    <message>
        <source>“{name}” is not a LoRA adapter, and no other kind can be used.</source>
        <translation>“{name}”不是 LoRA 适配器，其他类型不能使用。</translation>
    </message>
    <message>
        <source>“{name}” holds no tokenizer, so it cannot read or write text. Choose a complete model file.</source>
        <translation>“{name}”没有分词器，因此无法读写文字。请选择完整的模型文件。</translation>
    </message>
    <message>
        <source>Personal AI can chat with this model but cannot teach it yet: {lacking}.</source>
        <translation>Personal AI 可以用这个模型对话，但还不能教它：{lacking}。</translation>
    </message>
    <message>
        <source>This model cannot be taught: its file does not say “{key}”.</source>
        <translation>这个模型不能教：它的文件没有说明“{key}”。</translation>
    </message>
    <message>
        <source>“{name}” is an adapter that changes nothing. Choose another file.</source>
        <translation>“{name}”是不改变任何内容的适配器。请选择别的文件。</translation>
    </message>
    <message>
        <source>“{name}” changes a part of the model ({part}) that cannot be changed safely.</source>
        <translation>“{name}”改动了模型中不能安全改动的部分（{part}）。</translation>
    </message>
    <message>
        <source>“{name}” is not a plain LoRA adapter: it holds “{matrix}”.</source>
        <translation>“{name}”不是普通的 LoRA 适配器：其中有“{matrix}”。</translation>
    </message>
    <message>
        <source>“{name}” is incomplete: half of its matrices are missing. Copy it again.</source>
        <translation>“{name}”不完整，缺少一半矩阵。请重新复制。</translation>
    </message>
    <message>
        <source>The built-in model is missing. Run “python3 packaging/dev.py setup” to fetch it again.</source>
        <translation>内置模型不见了。请运行“python3 packaging/dev.py setup”重新获取。</translation>
    </message>
    <message>
        <source>it names “{name}” twice</source>
        <translation>“{name}”这个名称出现了两次</translation>
    </message>
    <message>
        <source>it holds “{name}” twice</source>
        <translation>其中有两个“{name}”</translation>
    </message>
    <message>
        <source>its alignment is no power of two</source>
        <translation>它的对齐值不是 2 的幂</translation>
    </message>
    <message>
        <source>“{name}” has {n} dimensions</source>
        <translation>“{name}”有 {n} 个维度</translation>
    </message>
    <message>
        <source>“{name}” is impossibly large</source>
        <translation>“{name}”大得不可能</translation>
    </message>
    <message>
        <source>“{name}” does not fit its own layout</source>
        <translation>“{name}”与它自己的布局不符</translation>
    </message>
    <message>
        <source>it claims {count} entries where {most} are the most</source>
        <translation>它声称有 {count} 个条目，而最多只能有 {most} 个</translation>
    </message>
    <message>
        <source>a name in it is no text</source>
        <translation>其中有一个名称不是文字</translation>
    </message>
    <message>
        <source>it holds a value of type {type}</source>
        <translation>其中有类型为 {type} 的值</translation>
    </message>
    <message>
        <source>it holds a list of type {type}</source>
        <translation>其中有类型为 {type} 的列表</translation>
    </message>
    <message>
        <source>a token in it is impossibly long</source>
        <translation>其中有一个词元长得不可能</translation>
    </message>
    <message>
        <source>it claims {blocks} layers</source>
        <translation>它声称有 {blocks} 层</translation>
    </message>
    <message>
        <source>it claims a context of {context} tokens</source>
        <translation>它声称上下文有 {context} 个词元</translation>
    </message>
    <message>
        <source>its embedding table is missing or of another size</source>
        <translation>它的嵌入表缺失或大小不符</translation>
    </message>
    <message>
        <source>its embedding table and its tokenizer disagree</source>
        <translation>它的嵌入表与分词器不一致</translation>
    </message>
    <message>
        <source>it claims {blocks} layers and holds {held}</source>
        <translation>它声称有 {blocks} 层，实有 {held} 层</translation>
    </message>
    <message>
        <source>its numbers of attention heads disagree</source>
        <translation>它的注意力头数量不一致</translation>
    </message>
    <message>
        <source>it does not say its “{key}”</source>
        <translation>它没有说明“{key}”</translation>
    </message>
    <message>
        <source>its kind, “{architecture}”, is not known</source>
        <translation>它的类型“{architecture}”无法识别</translation>
    </message>
    <message>
        <source>it stretches its context in an unknown way (“{scaling}”)</source>
        <translation>它以未知的方式扩展上下文（“{scaling}”）</translation>
    </message>
    <message>
        <source>its file does not say how many attention heads it has</source>
        <translation>它的文件没有说明有多少注意力头</translation>
    </message>
    <message>
        <source>its attention keeps keys and values of different widths</source>
        <translation>它的注意力中键和值的宽度不同</translation>
    </message>
    <message>
        <source>Personal AI is open with this data folder, in a window or a command. Close it there, then try again.</source>
        <translation>Personal AI 正在窗口或命令中使用这个数据文件夹。请在那里关闭它再试。</translation>
    </message>
    <message>
        <source>Personal AI is being locked, unlocked or emptied just now. Try again in a moment.</source>
        <translation>Personal AI 此刻正在锁定、解锁或清空。请稍后再试。</translation>
    </message>
    <message>
        <source>Your notes are locked. From now on the window asks for your password.</source>
        <translation>你的笔记已锁定。从现在起，窗口会询问密码。</translation>
    </message>
    <message>
        <source>Your notes are plain again, and open without a password.</source>
        <translation>你的笔记已恢复为明文，打开时不需要密码。</translation>
    </message>
    <message>
        <source>The system's keyring did not give the key, so the password is asked for.</source>
        <translation>系统的密钥环没有给出密钥，因此要询问密码。</translation>
    </message>
    <message>
        <source>This system does not tell which connections a program holds.</source>
        <translation>这个系统不告知程序有哪些连接。</translation>
    </message>
    <message>
        <source>This system's keyring did not let go of the key, so your notes are still opened by it. Unlock the keyring, then try again.</source>
        <translation>系统的密钥环没有交还密钥，因此仍能用它打开你的笔记。请解锁密钥环后再试。</translation>
    </message>
    <message>
        <source>This system's keyring did not take the key, so the password is asked for as before.</source>
        <translation>系统的密钥环没有接受密钥，因此仍像以前一样询问密码。</translation>
    </message>
    <message>
        <source>This system has no folder that is only in memory, and without one your notes would have to be written to the disk in plain while you use them. So locking with a password is not possible here.</source>
        <translation>这个系统没有只在内存中的文件夹；没有它，使用期间你的笔记就得以明文写入磁盘。因此这里不能用密码锁定。</translation>
    </message>
    <message>
        <source>“{folder}” is not Personal AI's own. Take it away, then open your notes again.</source>
        <translation>“{folder}”不属于 Personal AI。请把它移开，再打开你的笔记。</translation>
    </message>
    <message>
        <source>{begun} This system does not refuse to what reads files: {let}.</source>
        <translation>{begun}这个系统没有禁止读取文件的部分做以下事情：{let}。</translation>
    </message>
    <message>
        <source>This system cannot keep a program off the network at its own wish. Personal AI opens no connection, but that is its promise and not the system's.</source>
        <translation>这个系统不能应程序自己的要求禁止它联网。Personal AI 不打开任何连接，但这是它的承诺，而不是系统的保证。</translation>
    </message>
    <message>
        <source>{begun} What reads files can open those alone, write nothing and start nothing.</source>
        <translation>{begun}读取文件的部分只能打开这些文件，不能写入，也不能启动任何程序。</translation>
    </message>
    <message>
        <source>The {worker} does not start. Start Personal AI again.</source>
        <translation>{worker}没有启动。请重新启动 Personal AI。</translation>
    </message>
    <message>
        <source>read worker</source>
        <translation>读取文件的部分</translation>
    </message>
    <message>
        <source>chat worker</source>
        <translation>负责回答的部分</translation>
    </message>
    <message>
        <source>{locked} Open them in the window, or add --password-file FILE to a command.</source>
        <translation>{locked}请在窗口中打开，或在命令后加上 --password-file FILE。</translation>
    </message>
    <message>
        <source>Your settings were saved by a newer Personal AI. Update this one, or move “{path}” away.</source>
        <translation>你的设置由更新版本的 Personal AI 保存。请更新这个版本，或把“{path}”移走。</translation>
    </message>
    <message>
        <source>The settings file “{path}” is damaged. Move it away to start with the defaults.</source>
        <translation>设置文件“{path}”已损坏。把它移走即可用默认设置启动。</translation>
    </message>
    <message>
        <source>This picture was deleted with its conversation.</source>
        <translation>这张图片已随对话一起删除。</translation>
    </message>
    <message>
        <source>This message was deleted with its conversation.</source>
        <translation>这条消息已随对话一起删除。</translation>
    </message>
    <message>
        <source>This conversation was deleted. Begin a new one.</source>
        <translation>这个对话已删除。请开始新对话。</translation>
    </message>
    <message>
        <source>This chat was deleted for good already.</source>
        <translation>这个对话早已彻底删除。</translation>
    </message>
    <message>
        <source>Another Personal AI is still writing, so {doing} had to wait too long. Try again in a moment.</source>
        <translation>另一个 Personal AI 还在写入，{doing}等得太久。请稍后再试。</translation>
    </message>
    <message>
        <source>“{path}” is not a Personal AI data file, or it is damaged. Move it away to start empty, or put a copy from “{backups}” in its place.</source>
        <translation>“{path}”不是 Personal AI 的数据文件，或已损坏。把它移走可从空白开始，或用“{backups}”中的副本代替它。</translation>
    </message>
    <message>
        <source>Your notes file “{path}” is damaged. Keep a copy of it, then put the newest one from “{backups}” in its place, or move it away and add your files again.</source>
        <translation>你的笔记文件“{path}”已损坏。请保留一份副本，再用“{backups}”中最新的副本代替它，或把它移走并重新添加文件。</translation>
    </message>
    <message>
        <source>The disk did not answer while {doing} ({path}). Check the disk, then try again.</source>
        <translation>{doing}时磁盘没有响应（{path}）。请检查磁盘后再试。</translation>
    </message>
    <message>
        <source>Your notes cannot be kept safely in “{parent}” (a network or read-only folder?). Choose a data folder on this computer's own disk.</source>
        <translation>你的笔记无法安全地保存在“{parent}”（网络文件夹或只读文件夹？）。请选择这台电脑自己磁盘上的数据文件夹。</translation>
    </message>
    <message>
        <source>“{path}” belongs to another program. Move it away, or choose another data folder for Personal AI.</source>
        <translation>“{path}”属于别的程序。请把它移走，或为 Personal AI 选择别的数据文件夹。</translation>
    </message>
    <message>
        <source>Your notes were saved by a newer Personal AI (data version {version}; this one knows {steps}). Update this program to open them; nothing was changed.</source>
        <translation>你的笔记由更新版本的 Personal AI 保存（数据版本 {version}；这个版本只认识 {steps}）。请更新本程序再打开；没有任何改动。</translation>
    </message>
    <message>
        <source>This note is no longer in your library. Add its file again to bring it back.</source>
        <translation>这篇笔记已不在你的资料库中。重新添加它的文件即可恢复。</translation>
    </message>
    <message>
        <source>A persona needs a name. Type one and save again.</source>
        <translation>角色需要名字。请输入一个再保存。</translation>
    </message>
    <message>
        <source>A persona’s name has at most {longest_name} characters, its instructions {longest_instructions}. Shorten them and save again.</source>
        <translation>角色的名字最多 {longest_name} 个字符，指示最多 {longest_instructions} 个。请缩短后再保存。</translation>
    </message>
    <message>
        <source>This persona was deleted. Choose another one.</source>
        <translation>这个角色已删除。请选择别的。</translation>
    </message>
    <message>
        <source>This persona was deleted. Make a new one.</source>
        <translation>这个角色已删除。请新建一个。</translation>
    </message>
    <message>
        <source>“{path}” cannot be read to its end, so {doing} stopped; nothing was changed. Run “personal-ai doctor”.</source>
        <translation>“{path}”无法读到结尾，{doing}因此停止；没有任何改动。请运行“personal-ai doctor”。</translation>
    </message>
    <message>
        <source>This was taken back already.</source>
        <translation>这已经撤回了。</translation>
    </message>
    <message>
        <source>There is no record of night {number}.</source>
        <translation>没有第 {number} 夜的记录。</translation>
    </message>
    <message>
        <source>“{name}” is version {version}, and this is {version2} already. Nothing was changed.</source>
        <translation>“{name}”是版本 {version}，而现在已是 {version2}。没有任何改动。</translation>
    </message>
    <message>
        <source>There is no earlier version here to go back to.</source>
        <translation>这里没有可以退回的早先版本。</translation>
    </message>
    <message>
        <source>This Personal AI was not installed by its own installer, so it is updated the way it came: as a package of your system, or from its source.</source>
        <translation>这个 Personal AI 不是用它自己的安装程序装的，因此要以当初的方式更新：作为系统的软件包，或从源代码。</translation>
    </message>
    <message>
        <source>Something went wrong inside Personal AI ({kind}).</source>
        <translation>Personal AI 内部出错（{kind}）。</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>不学</translation>
    </message>
    <message>
        <source>Your words</source>
        <translation>你的话</translation>
    </message>
    <message>
        <source>Never learned. </source>
        <translation>不学习。</translation>
    </message>
    <message>
        <source>In your words. </source>
        <translation>用你自己的话。</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>知识点</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>What is asked</source>
        <translation>问的是什么</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>What is right</source>
        <translation>正确答案是什么</translation>
    </message>
    <message>
        <source>Save  ·  Enter</source>
        <translation>保存  ·  Enter</translation>
    </message>
    <message>
        <source>Cancel  ·  Esc</source>
        <translation>取消  ·  Esc</translation>
    </message>
    <message>
        <source>An AI of your own</source>
        <translation>属于你自己的 AI</translation>
    </message>
    <message>
        <source>It reads the notes you give it and answers from them, and every answer shows where it comes from. At night, while the machine is plugged in, it learns them, and keeps what it learned only if that helped.</source>
        <translation>它阅读你给它的笔记，并据此回答；每个回答都标明出处。夜里接通电源时，它会学习这些笔记，只有确有帮助，才会保留学到的内容。</translation>
    </message>
    <message>
        <source>What it does not do</source>
        <translation>它不做什么</translation>
    </message>
    <message>
        <source>It does not go online: the model runs here, and nothing leaves this machine. What is not in your notes it does not know, and mostly says so. The model is small: it finds better than it reasons, so look at the sources.</source>
        <translation>它不联网：模型在本机运行，任何内容都不会离开这台电脑。笔记里没有的，它不知道，多半也会如实说明。模型很小，查找比推理强，所以请看看出处。</translation>
    </message>
    <message>
        <source>What shall it read?</source>
        <translation>让它读什么？</translation>
    </message>
    <message>
        <source>Choose a folder of notes, mail and documents, or drop files onto this window. They are read, never changed or moved. To look around first, take the notes of an invented person.</source>
        <translation>选择一个装有笔记、邮件、文档的文件夹，或把文件拖到这个窗口：只读取，绝不修改或移动。也可以先用一位虚构人物的笔记四处看看。</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Sample notes</source>
        <translation>示例笔记</translation>
    </message>
    <message>
        <source>Start empty</source>
        <translation>先空着</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>正在读取</translation>
    </message>
    <message>
        <source>Look around meanwhile</source>
        <translation>先四处看看</translation>
    </message>
    <message>
        <source>Your notes answer these, for example:</source>
        <translation>例如，你的笔记能回答这些：</translation>
    </message>
    <message>
        <source>Ask something else</source>
        <translation>问别的</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>{files} could not be read. {why}</source>
        <translation>{files}无法读取。{why}</translation>
    </message>
    <message>
        <source>{n} of {all}</source>
        <translation>第 {n} 页，共 {all} 页</translation>
    </message>
    <message>
        <source>Choose a folder of notes</source>
        <translation>选择笔记文件夹</translation>
    </message>
    <message>
        <source>Looking for notes…</source>
        <translation>正在查找笔记…</translation>
    </message>
    <message>
        <source>{done:,} of {total:,}</source>
        <translation>{done:,} / {total:,}</translation>
    </message>
    <message>
        <source>There was nothing to read in there. Choose another folder.</source>
        <translation>里面没有可读的内容。请选择另一个文件夹。</translation>
    </message>
    <message>
        <source>{notes} can be asked now</source>
        <translation>现在可以就 {notes}提问</translation>
    </message>
    <message>
        <source>Looking for a first question…</source>
        <translation>正在找第一个问题…</translation>
    </message>
    <message>
        <source>To the newest message</source>
        <translation>到最新的消息</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Show what was skipped</source>
        <translation>显示跳过的文件</translation>
    </message>
    <message>
        <source>and {n:,} more</source>
        <translation>还有 {n:,} 个</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>Reading {n:,} of {total:,}</source>
        <translation>正在读取第 {n:,} 个，共 {total:,} 个</translation>
    </message>
    <message>
        <source>{n:,.0f} a second</source>
        <translation>每秒 {n:,.0f} 个</translation>
    </message>
    <message>
        <source>{n:,.0f} a minute</source>
        <translation>每分钟 {n:,.0f} 个</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>大约还需 {time}</translation>
    </message>
    <message>
        <source>Added {notes} in {time}</source>
        <translation>添加了 {notes}，用时 {time}</translation>
    </message>
    <message>
        <source>{n:,} was here already</source>
        <translation>{n:,} 个早已在库</translation>
    </message>
    <message>
        <source>{n:,} were here already</source>
        <translation>{n:,} 个早已在库</translation>
    </message>
    <message>
        <source>{n:,} skipped</source>
        <translation>跳过 {n:,} 个</translation>
    </message>
    <message>
        <source>There was nothing new to read.</source>
        <translation>没有新的内容可读。</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>Checking that learning and chat see the same model</source>
        <translation>正在核对学习与对话用的是同一个模型</translation>
    </message>
    <message>
        <source>Making examples from your notes</source>
        <translation>正在用你的笔记生成样例</translation>
    </message>
    <message>
        <source>Learning your notes</source>
        <translation>正在学习你的笔记</translation>
    </message>
    <message>
        <source>Writing down what was learned</source>
        <translation>正在写下学到的内容</translation>
    </message>
    <message>
        <source>Proving that it helps</source>
        <translation>正在验证是否有帮助</translation>
    </message>
    <message>
        <source>Putting it to use</source>
        <translation>正在投入使用</translation>
    </message>
    <message>
        <source>Pause nights</source>
        <translation>暂停夜间学习</translation>
    </message>
    <message>
        <source>What it will learn tonight</source>
        <translation>今晚要学的内容</translation>
    </message>
    <message>
        <source>Resume nights</source>
        <translation>恢复夜间学习</translation>
    </message>
    <message>
        <source>Now: {plan}</source>
        <translation>现在：{plan}</translation>
    </message>
    <message>
        <source>uses nothing that it learned from yours</source>
        <translation>没有用到从你的笔记中学到的内容</translation>
    </message>
    <message>
        <source>has not learned yours yet</source>
        <translation>还没有学过你的笔记</translation>
    </message>
    <message>
        <source>Knows how to read notes · {yours}</source>
        <translation>会阅读笔记 · {yours}</translation>
    </message>
    <message>
        <source>No night yet. After the first one, what it learned and what that changed stands here.</source>
        <translation>还没有学习过。第一夜之后，学到了什么、带来了什么变化，都会列在这里。</translation>
    </message>
    <message>
        <source>Nights</source>
        <translation>夜间学习</translation>
    </message>
    <message>
        <source>Answers now use night {night}.</source>
        <translation>现在的回答使用第 {night} 夜学到的内容。</translation>
    </message>
    <message>
        <source>Answers now use nothing learned from your notes.</source>
        <translation>现在的回答不使用从你的笔记中学到的内容。</translation>
    </message>
    <message>
        <source>Learning broke off</source>
        <translation>学习中断了</translation>
    </message>
    <message>
        <source>Learning</source>
        <translation>学习</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Keeps what was done so far; learning goes on from there</source>
        <translation>保留已完成的部分，之后接着学</translation>
    </message>
    <message>
        <source>Writing a checkpoint, then stopping…</source>
        <translation>正在写检查点，然后停止…</translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation>正在准备</translation>
    </message>
    <message>
        <source>The first figures come in a moment.</source>
        <translation>第一批数据马上就来。</translation>
    </message>
    <message>
        <source>{rate:,.0f} tokens a second</source>
        <translation>每秒 {rate:,.0f} 个词元</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>night {number}</source>
        <translation>第 {number} 夜</translation>
    </message>
    <message>
        <source>Marked as good; it learns from this {when}.</source>
        <translation>已标为好回答；{when}会从中学习。</translation>
    </message>
    <message>
        <source>Marked as not good; it learns from this {when}. A better answer teaches it more.</source>
        <translation>已标为不好的回答；{when}会从中学习。写一个更好的回答能教会它更多。</translation>
    </message>
    <message>
        <source>It is learned {when}, and the conversation goes on from it.</source>
        <translation>{when}会学习它，对话也从它继续。</translation>
    </message>
    <message>
        <source>Kept as a note: it is found from the next question on, and learned {when}.</source>
        <translation>已存为笔记：从下一个问题起就能找到，{when}会学习。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>tonight</source>
        <translation>今晚</translation>
    </message>
    <message>
        <source>the next time</source>
        <translation>下次</translation>
    </message>
    <message>
        <source>The files of these notes were deleted or moved away. They are not found, used or learned until you bring them back; what was learned from them before stays until you delete them.</source>
        <translation>这些笔记的文件已被删除或移走。在你恢复之前，它们不会被查找、使用或学习；之前从中学到的内容会保留，直到你删除它们。</translation>
    </message>
    <message>
        <source>Search everything you have written</source>
        <translation>搜索你写过的一切</translation>
    </message>
    <message>
        <source>Search your notes</source>
        <translation>搜索笔记</translation>
    </message>
    <message>
        <source>All notes ▾</source>
        <translation>全部笔记 ▾</translation>
    </message>
    <message>
        <source>Bring all back</source>
        <translation>全部恢复</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>资料库</translation>
    </message>
    <message>
        <source>Choose a note to read it.</source>
        <translation>选择一篇笔记来阅读。</translation>
    </message>
    <message>
        <source>Drop notes or a folder anywhere on this window: texts, PDF, Office files, books, web pages or mail.</source>
        <translation>把笔记或文件夹拖到窗口的任意位置：文本、PDF、Office 文件、电子书、网页或邮件。</translation>
    </message>
    <message>
        <source>Nothing here yet</source>
        <translation>这里还什么都没有</translation>
    </message>
    <message>
        <source>{n:,} of {notes}</source>
        <translation>{n:,} / {notes}</translation>
    </message>
    <message>
        <source>{n:,} set aside</source>
        <translation>已搁置 {n:,} 篇</translation>
    </message>
    <message>
        <source>The note “{title}” is no longer in your library.</source>
        <translation>笔记“{title}”已不在你的资料库中。</translation>
    </message>
    <message>
        <source>No note holds these words.</source>
        <translation>没有笔记包含这些词。</translation>
    </message>
    <message>
        <source>Add files</source>
        <translation>添加文件</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>What is new or changed in “{folder}” can be read by itself from now on.</source>
        <translation>今后可以自动读取“{folder}”中新增和改动的内容。</translation>
    </message>
    <message>
        <source>Keep it current</source>
        <translation>保持最新</translation>
    </message>
    <message>
        <source>Stopped. What was read so far stays.</source>
        <translation>已停止。已读的内容会保留。</translation>
    </message>
    <message>
        <source>adapter {number} is used</source>
        <translation>使用第 {number} 号适配器</translation>
    </message>
    <message>
        <source>no adapter is used</source>
        <translation>不使用适配器</translation>
    </message>
    <message>
        <source>What was learned from this note is deleted with it; {instead} from now on.</source>
        <translation>从这篇笔记学到的内容已一并删除；从现在起{instead}。</translation>
    </message>
    <message>
        <source>Back  ·  Esc</source>
        <translation>返回  ·  Esc</translation>
    </message>
    <message>
        <source>What it is made of</source>
        <translation>组成部分</translation>
    </message>
    <message>
        <source>{parts} that others made and gave away, each under its own licence.</source>
        <translation>{parts}由他人制作并无偿提供，各有其许可证。</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>组成部分</translation>
    </message>
    <message>
        <source>The licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>the program</source>
        <translation>本程序</translation>
    </message>
    <message>
        <source>Comes with {whose}.</source>
        <translation>随{whose}提供。</translation>
    </message>
    <message>
        <source>This link leads to “{address}”, which Personal AI does not open.</source>
        <translation>这个链接指向“{address}”，Personal AI 不会打开它。</translation>
    </message>
    <message>
        <source>This link leads to “{address}”, which is no address that can be opened.</source>
        <translation>这个链接指向“{address}”，不是可以打开的地址。</translation>
    </message>
    <message>
        <source>This link leads out of Personal AI, to {address}{warning}</source>
        <translation>这个链接会离开 Personal AI，前往 {address}{warning}</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>在浏览器中打开</translation>
    </message>
    <message>
        <source>Write a mail</source>
        <translation>写邮件</translation>
    </message>
    <message>
        <source>{address} ({n:,} characters)</source>
        <translation>{address}（共 {n:,} 个字符）</translation>
    </message>
    <message>
        <source>. Look twice: it leads to “{host}”, whatever stands before the @.</source>
        <translation>。请看仔细：它其实指向“{host}”，不管 @ 前面写的是什么。</translation>
    </message>
    <message>
        <source>. Look twice: “{host}” is written with letters that can look like others.</source>
        <translation>。请看仔细：“{host}”中有看起来像别的字母的字符。</translation>
    </message>
    <message>
        <source>Notes, chats, backups, what was learned and nights under way are encrypted on the disk. Models, your choices and the program's records are not. While Personal AI is open it works as always, nights too; while it is closed, nothing is learned. Who loses both the password and the recovery code has lost the notes.</source>
        <translation>笔记、对话、备份、学到的内容和进行中的夜间学习在磁盘上都会加密；模型、你的设置和程序日志不加密。Personal AI 打开时一切照常，夜间学习也是；关闭后不再学习。密码和恢复码都丢失的话，笔记就再也打不开了。</translation>
    </message>
    <message>
        <source>Notes, chats, backups, what was learned and nights under way are encrypted on the disk; models, your choices and the program's records are not. What is in use is plain in this computer's memory until Personal AI is closed.</source>
        <translation>笔记、对话、备份、学到的内容和进行中的夜间学习在磁盘上已加密；模型、你的设置和程序日志未加密。使用中的内容会以明文留在内存里，直到关闭 Personal AI。</translation>
    </message>
    <message>
        <source>A password of at least 8 characters</source>
        <translation>至少 8 个字符的密码</translation>
    </message>
    <message>
        <source>The same again</source>
        <translation>再输入一次</translation>
    </message>
    <message>
        <source>Lock with this password</source>
        <translation>用这个密码锁定</translation>
    </message>
    <message>
        <source>I have written it down: lock now</source>
        <translation>我已抄下来：立即锁定</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Do not lock</source>
        <translation>不锁定</translation>
    </message>
    <message>
        <source>This is your recovery code. It opens your notes when the password is forgotten, and is shown only now.</source>
        <translation>这是你的恢复码。忘记密码时可以用它打开笔记，只在此刻显示一次。</translation>
    </message>
    <message>
        <source>Change the password</source>
        <translation>更改密码</translation>
    </message>
    <message>
        <source>Take the lock away</source>
        <translation>解除锁定</translation>
    </message>
    <message>
        <source>Do not ask on this computer</source>
        <translation>在这台电脑上不再询问</translation>
    </message>
    <message>
        <source>The password now, or the recovery code</source>
        <translation>当前密码，或恢复码</translation>
    </message>
    <message>
        <source>The new password</source>
        <translation>新密码</translation>
    </message>
    <message>
        <source>The new one again</source>
        <translation>再输入一次新密码</translation>
    </message>
    <message>
        <source>Keep the old one</source>
        <translation>保留旧密码</translation>
    </message>
    <message>
        <source>Do not ask on this computer: the key is kept in the system's keyring, which opens when you log in.</source>
        <translation>在这台电脑上不再询问：密钥存放在系统的密钥环中，登录时自动打开。</translation>
    </message>
    <message>
        <source>This system has no keyring that encrypts, so the password is asked for each time.</source>
        <translation>这个系统没有加密的密钥环，所以每次都要输入密码。</translation>
    </message>
    <message>
        <source>The two are not the same. Type both again.</source>
        <translation>两次输入不一致，请都重新输入。</translation>
    </message>
    <message>
        <source>The two new ones are not the same. Type both again.</source>
        <translation>两次输入的新密码不一致，请都重新输入。</translation>
    </message>
    <message>
        <source>Write everything to the disk in plain again?</source>
        <translation>要把所有内容重新以明文写入磁盘吗？</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>A new line in a question</source>
        <translation>在问题中换行</translation>
    </message>
    <message>
        <source>Stop an answer, close what lies on top</source>
        <translation>停止回答，关闭最上层的内容</translation>
    </message>
    <message>
        <source>To the next control, and back</source>
        <translation>移到下一个控件，或移回</translation>
    </message>
    <message>
        <source>Press the control that has the ring</source>
        <translation>按下有边框的控件</translation>
    </message>
    <message>
        <source>Go to {page}</source>
        <translation>前往{page}</translation>
    </message>
    <message>
        <source>Search on this page</source>
        <translation>在此页搜索</translation>
    </message>
    <message>
        <source>All commands</source>
        <translation>所有命令</translation>
    </message>
    <message>
        <source>All keys</source>
        <translation>所有快捷键</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>放大文字</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>缩小文字</translation>
    </message>
    <message>
        <source>Text at its normal size</source>
        <translation>恢复文字大小</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>关闭窗口</translation>
    </message>
    <message>
        <source>Drop to add this model</source>
        <translation>拖放到这里，添加这个模型</translation>
    </message>
    <message>
        <source>Drop to add to your library</source>
        <translation>拖放到这里，加入资料库</translation>
    </message>
    <message>
        <source>Show more of this text ({n:,} characters are left)</source>
        <translation>显示更多（还剩 {n:,} 个字符）</translation>
    </message>
    <message>
        <source>[picture: {words}]</source>
        <translation>［图片：{words}］</translation>
    </message>
    <message>
        <source>without words</source>
        <translation>无说明</translation>
    </message>
    <message>
        <source>This note was deleted.</source>
        <translation>这篇笔记已被删除。</translation>
    </message>
    <message>
        <source>Source {number}: {where}, {day}</source>
        <translation>出处 {number}：{where}，{day}</translation>
    </message>
    <message>
        <source>Source {number}: {where}</source>
        <translation>出处 {number}：{where}</translation>
    </message>
    <message>
        <source>Said on {when}</source>
        <translation>发送时间：{when}</translation>
    </message>
    <message>
        <source>Version {n} of {count}</source>
        <translation>第 {n} 版，共 {count} 版</translation>
    </message>
    <message>
        <source>Show version {n} of {count}</source>
        <translation>显示第 {n} 版，共 {count} 版</translation>
    </message>
    <message>
        <source>The built-in model</source>
        <translation>内置模型</translation>
    </message>
    <message>
        <source>The model “{name}”</source>
        <translation>模型“{name}”</translation>
    </message>
    <message>
        <source>from {passages} of the file that you gave</source>
        <translation>依据你所给文件中的 {passages}</translation>
    </message>
    <message>
        <source>from {passages} of your notes</source>
        <translation>依据你笔记中的 {passages}</translation>
    </message>
    <message>
        <source>without your notes, where nothing was found that fits</source>
        <translation>不依据笔记，因为没有找到相符的内容</translation>
    </message>
    <message>
        <source>nothing learned</source>
        <translation>没有用到已学内容</translation>
    </message>
    <message>
        <source>its reading skill alone</source>
        <translation>只用到它的阅读能力</translation>
    </message>
    <message>
        <source>, at {strength:.0%} strength</source>
        <translation>（强度 {strength:.0%}）</translation>
    </message>
    <message>
        <source>what night {night} learned{at}</source>
        <translation>用到第 {night} 夜学到的内容{at}</translation>
    </message>
    <message>
        <source>{model} wrote this {notes}, with {learned}.</source>
        <translation>{model}写了这个回答：{notes}，{learned}。</translation>
    </message>
    <message>
        <source>{tokens} tokens in {seconds:.1f} s</source>
        <translation>{seconds:.1f} 秒内 {tokens} 个词元</translation>
    </message>
    <message>
        <source>, the first after {seconds:.1f} s</source>
        <translation>，{seconds:.1f} 秒后出现第一个</translation>
    </message>
    <message>
        <source>{words}, {rate} a second.</source>
        <translation>{words}，每秒 {rate} 个。</translation>
    </message>
    <message>
        <source>You asked: {question}</source>
        <translation>你的提问：{question}</translation>
    </message>
    <message>
        <source>Remember this</source>
        <translation>记住这个</translation>
    </message>
    <message>
        <source>Copy this question</source>
        <translation>复制这个问题</translation>
    </message>
    <message>
        <source>Ask in other words…</source>
        <translation>换个问法…</translation>
    </message>
    <message>
        <source>Your question in other words</source>
        <translation>换个问法</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Continue this answer where it ends</source>
        <translation>从这个回答的结尾继续写</translation>
    </message>
    <message>
        <source>Copy this answer</source>
        <translation>复制这个回答</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Good answer</source>
        <translation>好回答</translation>
    </message>
    <message>
        <source>Not a good answer</source>
        <translation>不好的回答</translation>
    </message>
    <message>
        <source>Better answer…</source>
        <translation>更好的回答…</translation>
    </message>
    <message>
        <source>Remember the selected words</source>
        <translation>记住选中的文字</translation>
    </message>
    <message>
        <source>How was this made?</source>
        <translation>这是怎样生成的？</translation>
    </message>
    <message>
        <source>Looking into your notes…</source>
        <translation>正在查看你的笔记…</translation>
    </message>
    <message>
        <source>Going on…</source>
        <translation>正在继续…</translation>
    </message>
    <message>
        <source>Reading {passages}…</source>
        <translation>正在阅读 {passages}…</translation>
    </message>
    <message>
        <source>Thinking…</source>
        <translation>正在思考…</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>The model had nothing to say.</source>
        <translation>模型没有给出任何内容。</translation>
    </message>
    <message>
        <source>This answer was cut off because it became too long.</source>
        <translation>这个回答太长，被截断了。</translation>
    </message>
    <message>
        <source>Your answer.</source>
        <translation>你的回答。</translation>
    </message>
    <message>
        <source>0 · the likeliest</source>
        <translation>0 · 最可能</translation>
    </message>
    <message>
        <source>0.3 · steady</source>
        <translation>0.3 · 稳健</translation>
    </message>
    <message>
        <source>0.7 · lively</source>
        <translation>0.7 · 活泼</translation>
    </message>
    <message>
        <source>1.0 · free</source>
        <translation>1.0 · 自由</translation>
    </message>
    <message>
        <source>Gemma licence</source>
        <translation>Gemma 许可证</translation>
    </message>
    <message>
        <source>Llama 3.2 licence</source>
        <translation>Llama 3.2 许可证</translation>
    </message>
    <message>
        <source>Llama 3.1 licence</source>
        <translation>Llama 3.1 许可证</translation>
    </message>
    <message>
        <source>CC BY-NC 4.0, not for business</source>
        <translation>CC BY-NC 4.0，不可商用</translation>
    </message>
    <message>
        <source>Use {name}</source>
        <translation>使用 {name}</translation>
    </message>
    <message>
        <source>Learns</source>
        <translation>学习</translation>
    </message>
    <message>
        <source>Measure again</source>
        <translation>重新测速</translation>
    </message>
    <message>
        <source>Measure speed</source>
        <translation>测速</translation>
    </message>
    <message>
        <source>Defaults</source>
        <translation>默认值</translation>
    </message>
    <message>
        <source>Defaults of {name}</source>
        <translation>{name} 的默认值</translation>
    </message>
    <message>
        <source>{what} of {name}</source>
        <translation>{name}：{what}</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <source>{n:,} tokens</source>
        <translation>{n:,} 个词元</translation>
    </message>
    <message>
        <source>Longest conversation</source>
        <translation>最长对话</translation>
    </message>
    <message>
        <source>How freely it answers</source>
        <translation>回答的自由度</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>最长回答</translation>
    </message>
    <message>
        <source>How freely it picks its words</source>
        <translation>用词的自由度</translation>
    </message>
    <message>
        <source>The longest answer</source>
        <translation>最长的回答</translation>
    </message>
    <message>
        <source>How much of a conversation it has in mind; more takes more memory</source>
        <translation>一次能记住多长的对话；越长，占用内存越多</translation>
    </message>
    <message>
        <source>Remove “{name}” ({size}) from Personal AI? The file that you added it from stays.</source>
        <translation>要从 Personal AI 中移除“{name}”（{size}）吗？你添加时所用的文件会保留。</translation>
    </message>
    <message>
        <source>Built-in model</source>
        <translation>内置模型</translation>
    </message>
    <message>
        <source>{n:.1f} billion</source>
        <translation>{n:.1f}B</translation>
    </message>
    <message>
        <source>{n:.0f} million</source>
        <translation>{n:.0f}M</translation>
    </message>
    <message>
        <source>its file names no licence</source>
        <translation>文件未注明许可证</translation>
    </message>
    <message>
        <source>{count} parameters</source>
        <translation>{count} 参数</translation>
    </message>
    <message>
        <source>sees pictures</source>
        <translation>能看图片</translation>
    </message>
    <message>
        <source>with about {n:.1f} GB of memory</source>
        <translation>约占 {n:.1f} GB 内存</translation>
    </message>
    <message>
        <source>it would take about {takes:.1f} GB, and there are {there:.1f} GB</source>
        <translation>约需 {takes:.1f} GB，而本机共有 {there:.1f} GB</translation>
    </message>
    <message>
        <source>, and {n:.1f} GB are free now: close other programs first</source>
        <translation>，现在空闲 {n:.1f} GB：请先关闭其他程序</translation>
    </message>
    <message>
        <source>speed not measured yet</source>
        <translation>尚未测速</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>computed</source>
        <translation>估算</translation>
    </message>
    <message>
        <source>{rate} tokens a second here ({how})</source>
        <translation>在本机每秒 {rate} 个词元（{how}）</translation>
    </message>
    <message>
        <source>not yet: {why}</source>
        <translation>暂不支持：{why}</translation>
    </message>
    <message>
        <source>{rate:,.0f} tokens a second, {tokens:,} a night ({how})</source>
        <translation>每秒 {rate:,.0f} 个词元，每夜 {tokens:,} 个（{how}）</translation>
    </message>
    <message>
        <source>Add a model file…</source>
        <translation>添加模型文件…</translation>
    </message>
    <message>
        <source>Measure learning…</source>
        <translation>测试学习速度…</translation>
    </message>
    <message>
        <source>Personas</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Good free models</source>
        <translation>优秀的免费模型</translation>
    </message>
    <message>
        <source>Personal AI fetches nothing by itself. Get a file whose name ends in Q4_K_M.gguf with your browser, and drop it onto this window. Sizes are about those of such a file; speeds are computed from what was measured here.</source>
        <translation>Personal AI 不会自行下载任何东西。请用浏览器下载文件名以 Q4_K_M.gguf 结尾的文件，再拖到这个窗口。大小按这类文件估计，速度根据本机实测推算。</translation>
    </message>
    <message>
        <source>No model is here. Add a file, or set Personal AI up again.</source>
        <translation>这里没有模型。请添加一个文件，或重新安装 Personal AI。</translation>
    </message>
    <message>
        <source>Where to get it</source>
        <translation>获取地址</translation>
    </message>
    <message>
        <source>Where to get {name}</source>
        <translation>{name} 的获取地址</translation>
    </message>
    <message>
        <source>{name} is at {address}</source>
        <translation>{name} 的地址：{address}</translation>
    </message>
    <message>
        <source>Add a model file</source>
        <translation>添加模型文件</translation>
    </message>
    <message>
        <source>Models (*.gguf);;All files (*)</source>
        <translation>模型 (*.gguf);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Trying “{name}” in a process of its own, then copying it. Large files take some minutes.</source>
        <translation>正在单独的进程中试用“{name}”，然后复制。大文件需要几分钟。</translation>
    </message>
    <message>
        <source>“{name}” is here, and sees pictures.</source>
        <translation>“{name}”已就位，能看图片。</translation>
    </message>
    <message>
        <source>“{name}” is here.</source>
        <translation>“{name}”已就绪。</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用它</translation>
    </message>
    <message>
        <source>Measuring. It is loaded once more for that, in a process of its own.</source>
        <translation>正在测速。为此会在单独的进程中再加载一次模型。</translation>
    </message>
    <message>
        <source>{model}: {speed}.</source>
        <translation>{model}：{speed}。</translation>
    </message>
    <message>
        <source>Measuring how fast it learns here, on your notes. It takes about a minute.</source>
        <translation>正在用你的笔记测试本机的学习速度，大约需要一分钟。</translation>
    </message>
    <message>
        <source>A night can teach {models} here; each says how much.</source>
        <translation>夜间学习在本机可以教 {models}；各模型处注明了能学多少。</translation>
    </message>
    <message>
        <source>Removing “{name}”.</source>
        <translation>正在移除“{name}”。</translation>
    </message>
    <message>
        <source>This computer does not tell how much memory it has.</source>
        <translation>这台电脑没有告知内存大小。</translation>
    </message>
    <message>
        <source>This computer has {total:.1f} GB of memory, and {free:.1f} GB of it are free now.</source>
        <translation>这台电脑有 {total:.1f} GB 内存，现在空闲 {free:.1f} GB。</translation>
    </message>
    <message>
        <source>too large for this computer</source>
        <translation>对这台电脑来说太大</translation>
    </message>
    <message>
        <source>about {rate} tokens a second here</source>
        <translation>在本机每秒约 {rate} 个词元</translation>
    </message>
    <message>
        <source>any month</source>
        <translation>任意月份</translation>
    </message>
    <message>
        <source>Notes by month: {month} is chosen</source>
        <translation>按月查看笔记：已选{month}</translation>
    </message>
    <message>
        <source>Personal AI learned</source>
        <translation>Personal AI 学到了新内容</translation>
    </message>
    <message>
        <source>Personal AI learned nothing new that helps</source>
        <translation>Personal AI 没有学到有帮助的新内容</translation>
    </message>
    <message>
        <source>base</source>
        <translation>基础模型</translation>
    </message>
    <message>
        <source>with notes</source>
        <translation>加笔记</translation>
    </message>
    <message>
        <source>before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>before, with notes</source>
        <translation>之前，加笔记</translation>
    </message>
    <message>
        <source>with adapter</source>
        <translation>加适配器</translation>
    </message>
    <message>
        <source>with both</source>
        <translation>两者都加</translation>
    </message>
    <message>
        <source>“Before” is the model as it came.</source>
        <translation>“之前”指模型原来的样子。</translation>
    </message>
    <message>
        <source>“Before” is the model with its reading skill, and nothing of yours learned.</source>
        <translation>“之前”指带有阅读能力、但还没学过你的内容的模型。</translation>
    </message>
    <message>
        <source>“Before” is the night that was in use until then.</source>
        <translation>“之前”指当时正在使用的那一夜。</translation>
    </message>
    <message>
        <source>Not used</source>
        <translation>未采用</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>Broke off</source>
        <translation>中断</translation>
    </message>
    <message>
        <source>Nothing to learn</source>
        <translation>没有可学的</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>A full charge of a telephone takes about {n} Wh</source>
        <translation>一部手机充满电大约需要 {n} Wh</translation>
    </message>
    <message>
        <source>What got worse</source>
        <translation>变差的地方</translation>
    </message>
    <message>
        <source>Hide details</source>
        <translation>收起详情</translation>
    </message>
    <message>
        <source>older</source>
        <translation>旧</translation>
    </message>
    <message>
        <source>newer</source>
        <translation>新</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>note</source>
        <translation>笔记</translation>
    </message>
    <message>
        <source>Open this note</source>
        <translation>打开这篇笔记</translation>
    </message>
    <message>
        <source>Open the note “{title}”</source>
        <translation>打开笔记“{title}”</translation>
    </message>
    <message>
        <source>How sure each is of the right words, over {questions} set aside beforehand</source>
        <translation>各方式对正确用词的把握，基于事先留出的 {questions}</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>没有回答</translation>
    </message>
    <message>
        <source>While learning, surprise went from {first:.2f} to {last:.2f} nats a token in {steps:,.0f} steps.</source>
        <translation>学习过程中，意外度在 {steps:,.0f} 步内从每词元 {first:.2f} nat 变为 {last:.2f} nat。</translation>
    </message>
    <message>
        <source>While learning</source>
        <translation>学习过程</translation>
    </message>
    <message>
        <source>Surprise, step by step</source>
        <translation>逐步的意外度</translation>
    </message>
    <message>
        <source>Surprise, less is better</source>
        <translation>意外度，越低越好</translation>
    </message>
    <message>
        <source>surprise at the right answers went from {old} to {new} nats a token; less is better</source>
        <translation>对正确答案的意外度从每词元 {old} nat 变为 {new} nat，越低越好</translation>
    </message>
    <message>
        <source>Right answers</source>
        <translation>答对的比例</translation>
    </message>
    <message>
        <source>right answers went from {old:.0%} to {new:.0%}</source>
        <translation>答对的比例从 {old:.0%} 变为 {new:.0%}</translation>
    </message>
    <message>
        <source>With your notes at hand, {words}.</source>
        <translation>参考笔记时，{words}。</translation>
    </message>
    <message>
        <source>, and </source>
        <translation>，</translation>
    </message>
    <message>
        <source>With your notes</source>
        <translation>参考笔记</translation>
    </message>
    <message>
        <source>Moved, at most {limit:.2f}</source>
        <translation>变动，上限 {limit:.2f}</translation>
    </message>
    <message>
        <source>its answers moved {moved:.3f} nats a token ({limit:.2f} is allowed)</source>
        <translation>它的回答每词元变动了 {moved:.3f} nat（允许 {limit:.2f}）</translation>
    </message>
    <message>
        <source>Worse, at most {limit:.0%}</source>
        <translation>变差，上限 {limit:.0%}</translation>
    </message>
    <message>
        <source>good answers became {rise:+.1%} less likely ({limit:+.0%} is allowed)</source>
        <translation>好回答的可能性变差 {rise:+.1%}（允许 {limit:+.0%}）</translation>
    </message>
    <message>
        <source>Worse, at most {limit:.2f}</source>
        <translation>变差，上限 {limit:.2f}</translation>
    </message>
    <message>
        <source>its answers became {rise:+.3f} nats a token less likely ({limit:.2f} is allowed)</source>
        <translation>它的回答每词元变差 {rise:+.3f} nat（允许 {limit:.2f}）</translation>
    </message>
    <message>
        <source>General ability</source>
        <translation>通用能力</translation>
    </message>
    <message>
        <source>On general questions, {words}.</source>
        <translation>在一般问题上，{words}。</translation>
    </message>
    <message>
        <source>{mean:.2f} ({low:.2f} to {high:.2f})</source>
        <translation>{mean:.2f}（{low:.2f} 至 {high:.2f}）</translation>
    </message>
    <message>
        <source>It can answer now and could not before</source>
        <translation>以前答不出、现在能答的</translation>
    </message>
    <message>
        <source>It would answer now and could not before</source>
        <translation>以前答不出、用它就能答的</translation>
    </message>
    <message>
        <source>Asked before and after</source>
        <translation>学习前后各问一次</translation>
    </message>
    <message>
        <source>, </source>
        <comment>between titles</comment>
        <translation>、</translation>
    </message>
    <message>
        <source>From {titles} and {n:,} more</source>
        <translation>出自{titles}及另外 {n:,} 篇</translation>
    </message>
    <message>
        <source>From {titles}</source>
        <translation>出自{titles}</translation>
    </message>
    <message>
        <source>{n} Wh from the battery</source>
        <translation>{n} Wh（来自电池）</translation>
    </message>
    <message>
        <source>about {n} Wh, estimated</source>
        <translation>约 {n} Wh（估算）</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>笔记列表</translation>
    </message>
    <message>
        <source>Never used</source>
        <translation>不使用</translation>
    </message>
    <message>
        <source>Never learned</source>
        <translation>不学习</translation>
    </message>
    <message>
        <source>You wrote this</source>
        <translation>你写的</translation>
    </message>
    <message>
        <source>Sent to you</source>
        <translation>发给你的</translation>
    </message>
    <message>
        <source>From elsewhere</source>
        <translation>来自别处</translation>
    </message>
    <message>
        <source>Who wrote this</source>
        <translation>这是谁写的</translation>
    </message>
    <message>
        <source>Never learn</source>
        <translation>不学习</translation>
    </message>
    <message>
        <source>Nights leave this note out</source>
        <translation>夜间学习会跳过这篇笔记</translation>
    </message>
    <message>
        <source>Never use</source>
        <translation>不使用</translation>
    </message>
    <message>
        <source>Answers do not look into this note</source>
        <translation>回答不会查看这篇笔记</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>The note's text</source>
        <translation>笔记正文</translation>
    </message>
    <message>
        <source>Who wrote this: {whose}</source>
        <translation>这是谁写的：{whose}</translation>
    </message>
    <message>
        <source>Delete this note, what was learned from it, and the answers that quote it? The file itself stays where it is.</source>
        <translation>要删除这篇笔记、从中学到的内容以及引用它的回答吗？文件本身会留在原处。</translation>
    </message>
    <message>
        <source>Its file is gone since {day}: it is not found, used or learned until you bring it back.</source>
        <translation>它的文件在{day}后就不见了：在你恢复之前，它不会被查找、使用或学习。</translation>
    </message>
    <message>
        <source>nights learn it</source>
        <translation>夜间会学习</translation>
    </message>
    <message>
        <source>nights do not learn it</source>
        <translation>夜间不学习</translation>
    </message>
    <message>
        <source>answers do not look into it</source>
        <translation>回答不会查看</translation>
    </message>
    <message>
        <source>answers look into it</source>
        <translation>回答会查看</translation>
    </message>
    <message>
        <source> Only your own words are learned.</source>
        <translation>只学习你自己写的话。</translation>
    </message>
    <message>
        <source>{whose}: {learned}, and {used}.</source>
        <translation>{whose}：{learned}，{used}。</translation>
    </message>
    <message>
        <source>version {n}</source>
        <translation>第 {n} 版</translation>
    </message>
    <message>
        <source>learned in night {night}, {day}</source>
        <translation>第 {night} 夜学过，{day}</translation>
    </message>
    <message>
        <source>learned in night {night}</source>
        <translation>第 {night} 夜学过</translation>
    </message>
    <message>
        <source>not learned yet</source>
        <translation>还没学过</translation>
    </message>
    <message>
        <source>What does “{}” say?</source>
        <translation>“{}”讲了什么？</translation>
    </message>
    <message>
        <source>What should I remember from “{}”?</source>
        <translation>“{}”里有什么值得记住？</translation>
    </message>
    <message>
        <source>Sum up “{}” in three sentences.</source>
        <translation>用三句话概括“{}”。</translation>
    </message>
    <message>
        <source>What would you like to know?</source>
        <translation>你想知道什么？</translation>
    </message>
    <message>
        <source>Begin with your own words</source>
        <translation>从你自己写的内容开始</translation>
    </message>
    <message>
        <source>Drop notes or a whole folder anywhere on this window. They are read here and stay here.</source>
        <translation>把笔记或整个文件夹拖到窗口的任意位置。它们只在本机读取，也只留在本机。</translation>
    </message>
    <message>
        <source>Add notes…</source>
        <translation>添加笔记…</translation>
    </message>
    <message>
        <source>What should happen</source>
        <translation>要做什么</translation>
    </message>
    <message>
        <source>What should happen? Type a few letters</source>
        <translation>要做什么？输入几个字</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Who answers: a name, instructions, a model. You choose one under the line to type in.</source>
        <translation>由谁回答：名字、指示、模型。在输入框下方选择。</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>更改</translation>
    </message>
    <message>
        <source>Change {name}</source>
        <translation>更改 {name}</translation>
    </message>
    <message>
        <source>Name of the persona</source>
        <translation>角色的名字</translation>
    </message>
    <message>
        <source>Name, such as “Strict editor”</source>
        <translation>名字，例如“严格的编辑”</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>指示</translation>
    </message>
    <message>
        <source>How it should answer, such as “Correct my English and say why.”</source>
        <translation>它该怎样回答，例如“修改我的英语并说明原因。”</translation>
    </message>
    <message>
        <source>The one in use</source>
        <translation>正在使用的模型</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>As the model</source>
        <translation>按模型设置</translation>
    </message>
    <message>
        <source>Uses what was learned</source>
        <translation>使用已学内容</translation>
    </message>
    <message>
        <source>A new persona</source>
        <translation>新角色</translation>
    </message>
    <message>
        <source>Choice of words</source>
        <translation>用词</translation>
    </message>
    <message>
        <source>without what was learned</source>
        <translation>不使用已学内容</translation>
    </message>
    <message>
        <source>picks its words at {value:g}</source>
        <translation>用词自由度 {value:g}</translation>
    </message>
    <message>
        <source>no instructions</source>
        <translation>没有指示</translation>
    </message>
    <message>
        <source>“{name}” is too large a picture. Make it smaller and try again.</source>
        <translation>图片“{name}”太大。请缩小后再试。</translation>
    </message>
    <message>
        <source>“{name}” cannot be read. See whether it is still there.</source>
        <translation>无法读取“{name}”。请看看它是否还在。</translation>
    </message>
    <message>
        <source>The picture</source>
        <translation>这张图片</translation>
    </message>
    <message>
        <source>“{name}” is damaged, or no picture that can be shown.</source>
        <translation>“{name}”已损坏，或不是能显示的图片。</translation>
    </message>
    <message>
        <source>delete everything</source>
        <translation>删除全部</translation>
    </message>
    <message>
        <source>No account, no server, no telemetry: no part of Personal AI goes online, and the model runs on this computer.</source>
        <translation>没有账号，没有服务器，没有遥测：Personal AI 的任何部分都不联网，模型就在这台电脑上运行。</translation>
    </message>
    <message>
        <source>Lock with a password</source>
        <translation>用密码锁定</translation>
    </message>
    <message>
        <source>Nothing leaves</source>
        <translation>什么都不外传</translation>
    </message>
    <message>
        <source>What is kept, and where</source>
        <translation>保存了什么，在哪里</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Take everything along</source>
        <translation>全部带走</translation>
    </message>
    <message>
        <source>Notes and chats as text that any program reads, what was learned as files for llama.cpp and PEFT, and your choices. It is there whole or not at all, and it is not encrypted.</source>
        <translation>笔记和对话存为任何程序都能读的文本，学到的内容存为 llama.cpp 和 PEFT 的文件，还有你的设置。要么完整导出，要么什么都不留下；导出的内容不加密。</translation>
    </message>
    <message>
        <source>Into a folder…</source>
        <translation>导出到文件夹…</translation>
    </message>
    <message>
        <source>Into a zip file…</source>
        <translation>导出为 zip 文件…</translation>
    </message>
    <message>
        <source>Delete everything</source>
        <translation>删除全部</translation>
    </message>
    <message>
        <source>Notes, chats, what was learned, models you added, backups and choices go from this computer, and nothing brings them back. Your own files, where you added them from, stay.</source>
        <translation>笔记、对话、学到的内容、你添加的模型、备份和设置都会从这台电脑上删除，无法恢复。你当初添加的原文件会保留。</translation>
    </message>
    <message>
        <source>Type: {words}</source>
        <translation>请输入：{words}</translation>
    </message>
    <message>
        <source>Type “{words}” to allow it</source>
        <translation>输入“{words}”以确认</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Together</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>Export everything into…</source>
        <translation>全部导出到…</translation>
    </message>
    <message>
        <source>Writing “{name}”…</source>
        <translation>正在写入“{name}”…</translation>
    </message>
    <message>
        <source>{done:,} of {total:,} · {name}</source>
        <translation>{done:,} / {total:,} · {name}</translation>
    </message>
    <message>
        <source>Stopped; nothing was written.</source>
        <translation>已停止，没有写入任何内容。</translation>
    </message>
    <message>
        <source>Personal AI cannot open</source>
        <translation>Personal AI 无法打开</translation>
    </message>
    <message>
        <source>Notes and chats</source>
        <translation>笔记和对话</translation>
    </message>
    <message>
        <source>The text of every note, every chat, and what you decided and taught.</source>
        <translation>每篇笔记和每个对话的文字，以及你的决定和教过的内容。</translation>
    </message>
    <message>
        <source>What was learned</source>
        <translation>学到的内容</translation>
    </message>
    <message>
        <source>One folder for each night that was kept.</source>
        <translation>保留的每一夜各有一个文件夹。</translation>
    </message>
    <message>
        <source>Nights under way</source>
        <translation>进行中的夜间学习</translation>
    </message>
    <message>
        <source>What a night learns from, while it learns; the notes in it go when it ends.</source>
        <translation>一夜学习时所用的内容；结束后其中的笔记就会删除。</translation>
    </message>
    <message>
        <source>Chats kept ready</source>
        <translation>备好的对话</translation>
    </message>
    <message>
        <source>What the model has read of recent chats, so that they go on at once.</source>
        <translation>模型读过的近期对话，以便立即继续。</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Copies of your notes and chats from before the program was upgraded.</source>
        <translation>程序升级之前你的笔记和对话的副本。</translation>
    </message>
    <message>
        <source>Your choices</source>
        <translation>你的设置</translation>
    </message>
    <message>
        <source>Model, hours, appearance, and the names you go by.</source>
        <translation>模型、时段、外观，以及你用的名字。</translation>
    </message>
    <message>
        <source>Models you added</source>
        <translation>你添加的模型</translation>
    </message>
    <message>
        <source>Model files, as you added them, and how fast each model is here.</source>
        <translation>你添加的模型文件，以及每个模型在这台电脑上的速度。</translation>
    </message>
    <message>
        <source>Reading skill</source>
        <translation>阅读能力</translation>
    </message>
    <message>
        <source>How to read notes, practised on invented lives; nothing of yours is in it.</source>
        <translation>怎样阅读笔记，用虚构的人生练成；其中没有你的任何内容。</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>运行记录</translation>
    </message>
    <message>
        <source>What the program did and when, to look for faults; never a word of your notes.</source>
        <translation>程序何时做了什么，用于查找故障；绝不含你笔记中的一个字。</translation>
    </message>
    <message>
        <source>Locking your notes</source>
        <translation>正在锁定你的笔记</translation>
    </message>
    <message>
        <source>Taking the lock away</source>
        <translation>正在解除锁定</translation>
    </message>
    <message>
        <source>Deleting everything</source>
        <translation>正在删除全部</translation>
    </message>
    <message>
        <source>Start fresh</source>
        <translation>重新开始</translation>
    </message>
    <message>
        <source>Open Personal AI</source>
        <translation>打开 Personal AI</translation>
    </message>
    <message>
        <source>{done} of {total} · {name}</source>
        <translation>第 {done} 项，共 {total} 项 · {name}</translation>
    </message>
    <message>
        <source>{part} …</source>
        <translation>{part}…</translation>
    </message>
    <message>
        <source>Everything is deleted: {files} files, {size}, in “{home}”.</source>
        <translation>已全部删除：{files} 个文件，{size}，位于“{home}”。</translation>
    </message>
    <message>
        <source>{erased} What is not Personal AI's stayed there: {names}.</source>
        <translation>{erased}不属于 Personal AI 的仍留在那里：{names}。</translation>
    </message>
    <message>
        <source>{names} and {n} more</source>
        <translation>{names}及另外 {n} 个</translation>
    </message>
    <message>
        <source>Exported {notes}, {chats} and {adapters} to “{path}”.</source>
        <translation>已将 {notes}、{chats}和 {adapters}导出到“{path}”。</translation>
    </message>
    <message>
        <source>1 note</source>
        <translation>1 篇笔记</translation>
    </message>
    <message>
        <source>{n} notes</source>
        <translation>{n} 篇笔记</translation>
    </message>
    <message>
        <source>1 chat</source>
        <translation>1 个对话</translation>
    </message>
    <message>
        <source>{n} chats</source>
        <translation>{n} 个对话</translation>
    </message>
    <message>
        <source>1 adapter</source>
        <translation>1 个适配器</translation>
    </message>
    <message>
        <source>{n} adapters</source>
        <translation>{n} 个适配器</translation>
    </message>
    <message>
        <source>1 new note</source>
        <translation>1 篇新笔记</translation>
    </message>
    <message>
        <source>{n} new notes</source>
        <translation>{n} 篇新笔记</translation>
    </message>
    <message>
        <source>Texts</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Word files</source>
        <translation>Word 文件</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Books</source>
        <translation>电子书</translation>
    </message>
    <message>
        <source>Sheets</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Slides</source>
        <translation>幻灯片</translation>
    </message>
    <message>
        <source>Web pages</source>
        <translation>网页</translation>
    </message>
    <message>
        <source>Mail</source>
        <translation>邮件</translation>
    </message>
    <message>
        <source>Calendars</source>
        <translation>日程</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>联系人</translation>
    </message>
    <message>
        <source>Other programs</source>
        <translation>其他程序</translation>
    </message>
    <message>
        <source>quick, in 29 languages; a first step up</source>
        <translation>快，支持 29 种语言；进阶的第一步</translation>
    </message>
    <message>
        <source>English, of the built-in model’s family</source>
        <translation>英语，与内置模型同系列</translation>
    </message>
    <message>
        <source>many languages on a modest computer</source>
        <translation>在普通电脑上支持多种语言</translation>
    </message>
    <message>
        <source>sober answers from notes</source>
        <translation>依据笔记稳妥作答</translation>
    </message>
    <message>
        <source>six European languages, trained in the open</source>
        <translation>六种欧洲语言，公开训练</translation>
    </message>
    <message>
        <source>the best answers at this size, in many languages</source>
        <translation>同等大小中回答最好，支持多种语言</translation>
    </message>
    <message>
        <source>for a computer with 16 GB of memory or more</source>
        <translation>适合 16 GB 以上内存的电脑</translation>
    </message>
    <message>
        <source>it is a mixture of experts</source>
        <translation>它是混合专家模型</translation>
    </message>
    <message>
        <source>its attention heads differ from layer to layer</source>
        <translation>它各层的注意力头不同</translation>
    </message>
    <message>
        <source>its output head has a bias</source>
        <translation>它的输出层带有偏置</translation>
    </message>
    <message>
        <source>To teach it takes about {needs} GB of memory, which is there.</source>
        <translation>教它约需 {needs} GB 内存，够用。</translation>
    </message>
    <message>
        <source>To teach it takes about {needs} GB of memory, and this computer has {memory} GB.</source>
        <translation>教它约需 {needs} GB 内存，而这台电脑有 {memory} GB。</translation>
    </message>
    <message>
        <source>Waiting: {why}.</source>
        <translation>等待中：{why}。</translation>
    </message>
    <message>
        <source>Paused: {why}.</source>
        <translation>已暂停：{why}。</translation>
    </message>
    <message>
        <source>Learning now: {notes}.</source>
        <translation>现在学习：{notes}。</translation>
    </message>
    <message>
        <source>Catching up on a missed night: {notes}.</source>
        <translation>正在补上错过的一夜：{notes}。</translation>
    </message>
    <message>
        <source>Tonight</source>
        <translation>今晚</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>明天</translation>
    </message>
    <message>
        <source>{day} after {time}, when plugged in: {what}.</source>
        <translation>{day} {time} 之后，接通电源时：{what}。</translation>
    </message>
    <message>
        <source>{day} after {time}: {what}.</source>
        <translation>{day} {time} 之后：{what}。</translation>
    </message>
    <message>
        <source>the learning that was interrupted goes on</source>
        <translation>继续被打断的学习</translation>
    </message>
    <message>
        <source>Learned {notes} {day}, {time}</source>
        <translation>{day} {time} 学习了 {notes}</translation>
    </message>
    <message>
        <source>Nothing new to learn since {day} {month}.</source>
        <translation>{month}{day}日以来没有新内容可学。</translation>
    </message>
    <message>
        <source>Nothing new to learn since {day} {month} {year}.</source>
        <translation>{year}年{month}{day}日以来没有新内容可学。</translation>
    </message>
    <message>
        <source>January</source>
        <translation>1月</translation>
    </message>
    <message>
        <source>February</source>
        <translation>2月</translation>
    </message>
    <message>
        <source>March</source>
        <translation>3月</translation>
    </message>
    <message>
        <source>April</source>
        <translation>4月</translation>
    </message>
    <message>
        <source>June</source>
        <translation>6月</translation>
    </message>
    <message>
        <source>July</source>
        <translation>7月</translation>
    </message>
    <message>
        <source>August</source>
        <translation>8月</translation>
    </message>
    <message>
        <source>September</source>
        <translation>9月</translation>
    </message>
    <message>
        <source>October</source>
        <translation>10月</translation>
    </message>
    <message>
        <source>November</source>
        <translation>11月</translation>
    </message>
    <message>
        <source>December</source>
        <translation>12月</translation>
    </message>
    <message>
        <source>last night</source>
        <translation>昨夜</translation>
    </message>
    <message>
        <source>today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>{n} days ago</source>
        <translation>{n} 天前</translation>
    </message>
    <message>
        <source>learning had to stop a moment ago</source>
        <translation>刚才不得不停止学习</translation>
    </message>
    <message>
        <source>the quiet hours are over</source>
        <translation>安静时段已结束</translation>
    </message>
    <message>
        <source>your computer is hot ({degrees} °C)</source>
        <translation>电脑很热（{degrees} °C）</translation>
    </message>
    <message>
        <source>your disk is nearly full</source>
        <translation>磁盘快满了</translation>
    </message>
    <message>
        <source>other programs need the memory</source>
        <translation>其他程序需要内存</translation>
    </message>
    <message>
        <source>you are using your computer</source>
        <translation>你正在使用电脑</translation>
    </message>
    <message>
        <source>you have just used your computer</source>
        <translation>你刚刚用过电脑</translation>
    </message>
    <message>
        <source>learning needs {needed} GB of free disk, and {left} GB are left</source>
        <translation>学习需要 {needed} GB 磁盘空间，还剩 {left} GB</translation>
    </message>
    <message>
        <source>your computer runs on battery</source>
        <translation>电脑正在使用电池</translation>
    </message>
    <message>
        <source>your computer runs on battery ({left} % left)</source>
        <translation>电脑正在使用电池（剩余 {left} %）</translation>
    </message>
    <message>
        <source>your battery has {left} % left, and {kept} % are to be kept</source>
        <translation>电池剩余 {left} %，要保留 {kept} %</translation>
    </message>
    <message>
        <source>your computer is going to sleep</source>
        <translation>电脑即将睡眠</translation>
    </message>
    <message>
        <source>your computer's lid is closed</source>
        <translation>电脑的盖子合上了</translation>
    </message>
    <message>
        <source>a program fills your screen or keeps it on</source>
        <translation>有程序占满屏幕或使屏幕常亮</translation>
    </message>
    <message>
        <source>There was time for only {asked} questions to prove it on. Give it more time.</source>
        <translation>时间只够用 {asked} 个问题来验证。请给它更多时间。</translation>
    </message>
    <message>
        <source>There was only 1 question to prove it on. Add a few more notes.</source>
        <translation>只有 1 个问题可用来验证。请再添加几篇笔记。</translation>
    </message>
    <message>
        <source>There were only {asked} questions to prove it on. Add a few more notes.</source>
        <translation>只有 {asked} 个问题可用来验证。请再添加几篇笔记。</translation>
    </message>
    <message>
        <source>Good answers to general questions became {rise} less natural to it ({limit} is allowed).</source>
        <translation>对一般问题的好回答，它觉得不自然了 {rise}（允许 {limit}）。</translation>
    </message>
    <message>
        <source>they share {before} of their words before, {after} now</source>
        <translation>用词重合之前 {before}，现在 {after}</translation>
    </message>
    <message>
        <source>{before} before, {after} now</source>
        <translation>之前 {before}，现在 {after}</translation>
    </message>
    <message>
        <source>with your notes at hand</source>
        <translation>参考笔记时</translation>
    </message>
    <message>
        <source>With your notes at hand</source>
        <translation>参考笔记时</translation>
    </message>
    <message>
        <source>from memory alone</source>
        <translation>只凭记忆时</translation>
    </message>
    <message>
        <source>From memory alone</source>
        <translation>只凭记忆时</translation>
    </message>
    <message>
        <source>from memory</source>
        <translation>凭记忆时</translation>
    </message>
    <message>
        <source>{mean}, {low} to {high}</source>
        <translation>{mean}，{low} 至 {high}</translation>
    </message>
    <message>
        <source>Asked just now: {who} holds no network connections.</source>
        <translation>刚刚查询：{who}没有任何网络连接。</translation>
    </message>
    <message>
        <source>Asked just now: {who} hold no network connections.</source>
        <translation>刚刚查询：{who}没有任何网络连接。</translation>
    </message>
    <message>
        <source>Asked just now: {who} holds {held} network connections.</source>
        <translation>刚刚查询：{who}有 {held} 个网络连接。</translation>
    </message>
    <message>
        <source>Asked just now: {who} hold {held} network connections.</source>
        <translation>刚刚查询：{who}有 {held} 个网络连接。</translation>
    </message>
    <message>
        <source>this window</source>
        <translation>这个窗口</translation>
    </message>
    <message>
        <source>this window and its worker</source>
        <translation>这个窗口及其工作进程</translation>
    </message>
    <message>
        <source>this window and its {n} workers</source>
        <translation>这个窗口及其 {n} 个工作进程</translation>
    </message>
    <message>
        <source>program</source>
        <translation>启动程序</translation>
    </message>
    <message>
        <source>writing</source>
        <translation>写入</translation>
    </message>
    <message>
        <source>reading</source>
        <translation>读取其他文件</translation>
    </message>
    <message>
        <source>Asked for a network connection just now, what reads files and what answers were refused it by the system ({told}).</source>
        <translation>刚刚请求联网，读取文件和负责回答的部分都被系统拒绝（{told}）。</translation>
    </message>
    <message>
        <source>What you taught it</source>
        <translation>你教给它的</translation>
    </message>
    <message>
        <source>A deleted note</source>
        <translation>已删除的笔记</translation>
    </message>
    <message>
        <source>This answer said what stood in a note that you deleted, so its words are gone.</source>
        <translation>这个回答说的是你已删除的笔记中的内容，因此它的文字也删除了。</translation>
    </message>
    <message>
        <source>Personal AI can chat with “{name}” but cannot teach it yet: {lacks}. Choose another one under Models.</source>
        <translation>Personal AI 可以用“{name}”对话，但还不能教它：{lacks}。请在“模型”页选择别的模型。</translation>
    </message>
    <message>
        <source>To teach “{name}” takes about {needs} GB of memory, and this computer has {memory} GB. Choose a smaller model.</source>
        <translation>教“{name}”约需 {needs} GB 内存，而这台电脑有 {memory} GB。请选择更小的模型。</translation>
    </message>
    <message>
        <source>A night teaches “{name}” only about {tokens} tokens here, and what is to stay takes about {least_tokens}. Give nights more time under Settings, or choose a smaller model.</source>
        <translation>在这里一夜只能教“{name}”约 {tokens} 个词元，而要记牢约需 {least_tokens} 个。请在设置中给夜间学习更多时间，或选择更小的模型。</translation>
    </message>
    <message>
        <source>Personal AI is learning, in another window or command. Wait until it ends.</source>
        <translation>Personal AI 正在另一个窗口或命令中学习。请等它结束。</translation>
    </message>
    <message>
        <source>Looking ahead stopped unexpectedly three times. Close other programs, and try again.</source>
        <translation>测试意外停止了三次。请关闭其他程序后再试。</translation>
    </message>
    <message>
        <source>Paused; it goes on from here next time.</source>
        <translation>已暂停；下次从这里继续。</translation>
    </message>
    <message>
        <source>Personal AI is already learning, in another window or command. Wait until it ends.</source>
        <translation>Personal AI 已在另一个窗口或命令中学习。请等它结束。</translation>
    </message>
    <message>
        <source>{notes} to learn, {new} of them new; about {minutes} minutes on this computer.</source>
        <translation>{notes}可学，其中 {new} 篇是新的；在这台电脑上约需 {minutes} 分钟。</translation>
    </message>
    <message>
        <source>It was interrupted, and your notes or the model changed since.</source>
        <translation>学习被打断，此后你的笔记或模型有了变化。</translation>
    </message>
    <message>
        <source>Waiting: another window or command is learning.</source>
        <translation>等待中：另一个窗口或命令正在学习。</translation>
    </message>
    <message>
        <source>Nothing to learn yet: add some notes.</source>
        <translation>还没有可学的：请添加一些笔记。</translation>
    </message>
    <message>
        <source>You cancelled it.</source>
        <translation>你取消了它。</translation>
    </message>
    <message>
        <source>You cancelled it; nothing was changed.</source>
        <translation>你取消了它；没有任何改动。</translation>
    </message>
    <message>
        <source>Learning reads this model differently from the chat, so nothing was learned. Choose another model.</source>
        <translation>学习与对话对这个模型的读法不同，因此什么都没学。请选择别的模型。</translation>
    </message>
    <message>
        <source>What was learned reads differently in the chat, so it was not used. Learn again later.</source>
        <translation>学到的内容在对话中读法不同，因此没有采用。请稍后重新学习。</translation>
    </message>
    <message>
        <source>“{name}” lacks layers that are taught. Download it again, or choose another model.</source>
        <translation>“{name}”缺少要教的层。请重新下载，或选择别的模型。</translation>
    </message>
    <message>
        <source>There is nothing to learn yet. Add some notes with a few sentences in them.</source>
        <translation>还没有可学的。请添加几篇有几句话的笔记。</translation>
    </message>
    <message>
        <source>Nothing that was measured got worse.</source>
        <translation>测量过的各项都没有变差。</translation>
    </message>
    <message>
        <source>It did not answer questions about your notes reliably better than before.</source>
        <translation>对你笔记的提问，它的回答没有确实比以前更好。</translation>
    </message>
    <message>
        <source>In part it answered questions about your notes worse than before.</source>
        <translation>对你笔记的提问，它有一部分回答比以前差。</translation>
    </message>
    <message>
        <source>Without your notes at hand it answered worse than before.</source>
        <translation>不看你的笔记时，它的回答比以前差。</translation>
    </message>
    <message>
        <source>It would have forgotten facts that it had learned before.</source>
        <translation>它会忘掉以前学会的知识点。</translation>
    </message>
    <message>
        <source>It said less often than before that something is not in your notes.</source>
        <translation>对你笔记里没有的内容，它比以前更少说明“没有”。</translation>
    </message>
    <message>
        <source>It said too often that something is not in your notes when it is.</source>
        <translation>笔记里明明有的内容，它太常说“没有”。</translation>
    </message>
    <message>
        <source>It would have forgotten too much of what it knew before.</source>
        <translation>它会忘掉太多以前知道的东西。</translation>
    </message>
    <message>
        <source>It began to repeat itself.</source>
        <translation>它开始重复自己。</translation>
    </message>
    <message>
        <source>{proof} questions were set aside beforehand; this time none of them was practised.</source>
        <translation>事先留出了 {proof} 个问题；这次一个都没有练过。</translation>
    </message>
    <message>
        <source>It says of {right} of {count} things that are not in your notes that they are not; before of {then}.</source>
        <translation>对 {count} 个笔记里没有的内容，它有 {right} 个说明了“没有”；之前是 {then} 个。</translation>
    </message>
    <message>
        <source>It says of {row} of what is in your notes that it is not.</source>
        <translation>笔记里有的内容，它有 {row} 说“没有”。</translation>
    </message>
    <message>
        <source>It answers general questions differently: {kl} nats a token ({kl2} is allowed).</source>
        <translation>它对一般问题的回答变了：每词元 {kl} nat（允许 {kl2}）。</translation>
    </message>
    <message>
        <source>It repeats itself in {loops} of {general} general answers, not {loops2}.</source>
        <translation>{general} 个一般回答中，它有 {loops} 个出现重复，原先是 {loops2} 个。</translation>
    </message>
    <message>
        <source>To {refused} of {general} general questions it says that it does not know.</source>
        <translation>{general} 个一般问题中，它对 {refused} 个说不知道。</translation>
    </message>
    <message>
        <source>Fewer of its general answers come to an end: {ends}, before {ends2}.</source>
        <translation>它的一般回答能写完的变少了：现在 {ends}，之前 {ends2}。</translation>
    </message>
    <message>
        <source>On {general} general questions it moved {moved} nats a token away from its old answers (at most {kl} is allowed), and good answers became {rise} less likely (at most {nll_rise}).</source>
        <translation>在 {general} 个一般问题上，它与原来的回答相差每词元 {moved} nat（最多允许 {kl}），好回答的可能性变差 {rise}（最多 {nll_rise}）。</translation>
    </message>
    <message>
        <source>It answers {right} of {count} questions {how}; before it was {then}.</source>
        <translation>{how}，{count} 个问题它答对 {right} 个；之前是 {then} 个。</translation>
    </message>
    <message>
        <source>It is {saved} less surprised by the right answers to {count} questions, {how}.</source>
        <translation>{how}，它对 {count} 个问题的正确答案的意外度低了 {saved}。</translation>
    </message>
    <message>
        <source>Its answers {how} hold the right words less often: {change}.</source>
        <translation>{how}，它的回答含有正确用词的比例变低：{change}。</translation>
    </message>
    <message>
        <source>It is {rise} more surprised by the right answers {how}.</source>
        <translation>{how}，它对正确答案的意外度高了 {rise}。</translation>
    </message>
    <message>
        <source>{how}, surprise at the right answer went from {before} to {after} nats a token (saved {gain}, the last two its {level} interval).</source>
        <translation>{how}，对正确答案的意外度从每词元 {before} nat 变为 {after} nat（降低 {gain}，后两个数是 {level} 区间）。</translation>
    </message>
    <message>
        <source>It answers questions about your notes better than before.</source>
        <translation>对你笔记的提问，它答得比以前好。</translation>
    </message>
    <message>
        <source>Its answers {how} are closer to the right ones: {after}.</source>
        <translation>{how}，它的回答更接近正确答案：{after}。</translation>
    </message>
    <message>
        <source>Its answers {how} are further from the right ones: {after}.</source>
        <translation>{how}，它的回答离正确答案更远：{after}。</translation>
    </message>
    <message>
        <source>Learning goes on where it stopped.</source>
        <translation>从上次停下的地方继续学习。</translation>
    </message>
    <message>
        <source>Nothing new to learn since last night.</source>
        <translation>昨夜以来没有新内容可学。</translation>
    </message>
    <message>
        <source>Nothing new to learn.</source>
        <translation>没有新内容可学。</translation>
    </message>
    <message>
        <source>Nothing new to learn since {started} today.</source>
        <translation>今天 {started} 以来没有新内容可学。</translation>
    </message>
    <message>
        <source>Learning at night is switched off.</source>
        <translation>夜间学习已关闭。</translation>
    </message>
    <message>
        <source>Waiting to catch up on a missed night: {hindrance}.</source>
        <translation>等待补上错过的一夜：{hindrance}。</translation>
    </message>
    <message>
        <source>This model cannot be taught yet: its file has no “{name}”.</source>
        <translation>这个模型还不能教：它的文件中没有“{name}”。</translation>
    </message>
    <message>
        <source>This model cannot be taught yet: its weights are stored as “{type}”, which learning cannot read.</source>
        <translation>这个模型还不能教：它的权重以“{type}”存储，学习程序读不了。</translation>
    </message>
    <message>
        <source>This is no longer in what it would learn. Read the list again.</source>
        <translation>这已不在要学的内容中。请重新读取列表。</translation>
    </message>
    <message>
        <source>A question and an answer are needed. Write both, or choose never.</source>
        <translation>问题和答案都要有。请都写上，或选择不学。</translation>
    </message>
    <message>
        <source>This looks like a secret (a password, a card, a code), and secrets are never learned.</source>
        <translation>这看起来像是机密（密码、卡号、代码），机密绝不学习。</translation>
    </message>
    <message>
        <source>This reads like an order to the model, and those are never learned. Put it as an answer.</source>
        <translation>这读起来像是给模型的命令，命令绝不学习。请改写成答案。</translation>
    </message>
    <message>
        <source>What was learned before does not fit this model, so learning has to begin anew.</source>
        <translation>以前学到的内容不适合这个模型，因此要从头学起。</translation>
    </message>
    <message>
        <source>The reading skill of this model is damaged. Delete the folder “skills” in your data folder; it is made anew.</source>
        <translation>这个模型的阅读技能已损坏。请删除数据文件夹中的“skills”文件夹；它会重新生成。</translation>
    </message>
    <message>
        <source>There is not enough memory for this model to learn. Close other programs, or choose a smaller model under Settings; what was in use before still is.</source>
        <translation>内存不足，无法让这个模型学习。请关闭其他程序，或在设置中选择更小的模型；之前使用的仍在使用。</translation>
    </message>
    <message>
        <source>Paused: your disk is full. Free some space; it goes on from its last checkpoint.</source>
        <translation>已暂停：磁盘已满。请腾出空间；会从最后的检查点继续。</translation>
    </message>
    <message>
        <source>There is nothing to learn yet. Add some notes first.</source>
        <translation>还没有可学的。请先添加一些笔记。</translation>
    </message>
    <message>
        <source>This model is too slow here to learn, and to prove that it did, in the time that it has. Give nights more time under Settings, or choose a smaller model.</source>
        <translation>在这台电脑上，这个模型太慢，来不及在规定时间内学完并验证。请在设置中给夜间学习更多时间，或选择更小的模型。</translation>
    </message>
    <message>
        <source>Paused: your computer went to sleep.</source>
        <translation>已暂停：电脑进入了睡眠。</translation>
    </message>
    <message>
        <source>It was asked to end before it began to learn.</source>
        <translation>还没开始学习就被要求结束。</translation>
    </message>
    <message>
        <source>There is no learning job in “{folder}”.</source>
        <translation>“{folder}”中没有学习任务。</translation>
    </message>
    <message>
        <source>Measuring stopped unexpectedly three times. Close other programs and try again.</source>
        <translation>测量意外停止了三次。请关闭其他程序后再试。</translation>
    </message>
    <message>
        <source>“{name}” knows how to read notes already.</source>
        <translation>“{name}”已经会阅读笔记。</translation>
    </message>
    <message>
        <source>It was stopped; the next time it goes on from here.</source>
        <translation>已停止；下次从这里继续。</translation>
    </message>
    <message>
        <source>A night can teach “{name}” here: about {tokens} tokens a night, with {needs} GB of memory.</source>
        <translation>在这里一夜可以教“{name}”约 {tokens} 个词元，需要 {needs} GB 内存。</translation>
    </message>
    <message>
        <source>{what}. What was in use before still is; close other programs, or choose a smaller model, and try again.</source>
        <translation>{what}。之前使用的仍在使用；请关闭其他程序，或选择更小的模型，然后再试。</translation>
    </message>
    <message>
        <source>Learning stood still twice</source>
        <translation>学习两次停滞不前</translation>
    </message>
    <message>
        <source>The system ended learning three times, as it does when memory runs out</source>
        <translation>系统三次终止了学习，内存耗尽时就会这样</translation>
    </message>
    <message>
        <source>Learning stopped unexpectedly three times</source>
        <translation>学习意外停止了三次</translation>
    </message>
    <message>
        <source>saving your data</source>
        <translation>保存你的数据</translation>
    </message>
    <message>
        <source>saving your settings</source>
        <translation>保存你的设置</translation>
    </message>
    <message>
        <source>saving your choice</source>
        <translation>保存你的选择</translation>
    </message>
    <message>
        <source>reading your settings</source>
        <translation>读取你的设置</translation>
    </message>
    <message>
        <source>opening your data folder</source>
        <translation>打开你的数据文件夹</translation>
    </message>
    <message>
        <source>opening your locked notes</source>
        <translation>打开已锁定的笔记</translation>
    </message>
    <message>
        <source>deleting your data</source>
        <translation>删除你的数据</translation>
    </message>
    <message>
        <source>installing the learning add-on</source>
        <translation>安装学习组件</translation>
    </message>
    <message>
        <source>learning</source>
        <translation>学习</translation>
    </message>
    <message>
        <source>locking your notes</source>
        <translation>锁定你的笔记</translation>
    </message>
    <message>
        <source>preparing to learn</source>
        <translation>准备学习</translation>
    </message>
    <message>
        <source>reading “{name}”</source>
        <translation>读取“{name}”</translation>
    </message>
    <message>
        <source>writing “{name}”</source>
        <translation>写入“{name}”</translation>
    </message>
    <message>
        <source>adding the model “{name}”</source>
        <translation>添加模型“{name}”</translation>
    </message>
    <message>
        <source>adding “{name}”</source>
        <translation>添加“{name}”</translation>
    </message>
    <message>
        <source>removing the model “{name}”</source>
        <translation>移除模型“{name}”</translation>
    </message>
    <message>
        <source>deleting from the copies of your notes</source>
        <translation>从笔记的副本中删除</translation>
    </message>
    <message>
        <source>removing text for good</source>
        <translation>彻底清除文字</translation>
    </message>
    <message>
        <source>opening your notes</source>
        <translation>打开你的笔记</translation>
    </message>
    <message>
        <source>reading your notes</source>
        <translation>读取你的笔记</translation>
    </message>
    <message>
        <source>upgrading your notes</source>
        <translation>升级你的笔记</translation>
    </message>
    <message>
        <source>copying your notes before the upgrade</source>
        <translation>在升级前复制你的笔记</translation>
    </message>
    <message>
        <source>saving what was read</source>
        <translation>保存读到的内容</translation>
    </message>
    <message>
        <source>saving what is to be read</source>
        <translation>保存待读的内容</translation>
    </message>
    <message>
        <source>saving what a file holds</source>
        <translation>保存文件的内容</translation>
    </message>
    <message>
        <source>saving “{name}”</source>
        <translation>保存“{name}”</translation>
    </message>
    <message>
        <source>opening “{name}”</source>
        <translation>打开“{name}”</translation>
    </message>
    <message>
        <source>removing a file</source>
        <translation>移除文件</translation>
    </message>
    <message>
        <source>deleting a note</source>
        <translation>删除笔记</translation>
    </message>
    <message>
        <source>bringing notes back</source>
        <translation>恢复笔记</translation>
    </message>
    <message>
        <source>noting what was moved</source>
        <translation>记录移动的文件</translation>
    </message>
    <message>
        <source>noting what is gone</source>
        <translation>记录消失的文件</translation>
    </message>
    <message>
        <source>keeping what you attached</source>
        <translation>保存你附上的内容</translation>
    </message>
    <message>
        <source>choosing a version</source>
        <translation>选择版本</translation>
    </message>
    <message>
        <source>beginning a conversation</source>
        <translation>开始对话</translation>
    </message>
    <message>
        <source>renaming a conversation</source>
        <translation>重命名对话</translation>
    </message>
    <message>
        <source>naming a conversation</source>
        <translation>为对话命名</translation>
    </message>
    <message>
        <source>deleting a conversation</source>
        <translation>删除对话</translation>
    </message>
    <message>
        <source>saving a message</source>
        <translation>保存消息</translation>
    </message>
    <message>
        <source>renaming a folder</source>
        <translation>重命名文件夹</translation>
    </message>
    <message>
        <source>sorting your chats</source>
        <translation>整理你的对话</translation>
    </message>
    <message>
        <source>taking back a chat</source>
        <translation>恢复对话</translation>
    </message>
    <message>
        <source>taking in your chats</source>
        <translation>导入你的对话</translation>
    </message>
    <message>
        <source>leaving out chats</source>
        <translation>略去对话</translation>
    </message>
    <message>
        <source>tidying up after the last start</source>
        <translation>上次启动后的整理</translation>
    </message>
    <message>
        <source>keeping what was computed of a conversation</source>
        <translation>保存对话的计算结果</translation>
    </message>
    <message>
        <source>deleting what was computed of a conversation</source>
        <translation>删除对话的计算结果</translation>
    </message>
    <message>
        <source>keeping what was measured</source>
        <translation>保存测量结果</translation>
    </message>
    <message>
        <source>saving a persona</source>
        <translation>保存角色</translation>
    </message>
    <message>
        <source>deleting a persona</source>
        <translation>删除角色</translation>
    </message>
    <message>
        <source>choosing a persona</source>
        <translation>选择角色</translation>
    </message>
    <message>
        <source>keeping what you taught</source>
        <translation>保存你教的内容</translation>
    </message>
    <message>
        <source>taking back what you taught</source>
        <translation>撤回你教的内容</translation>
    </message>
    <message>
        <source>saving your words</source>
        <translation>保存你写的话</translation>
    </message>
    <message>
        <source>beginning to learn</source>
        <translation>开始学习</translation>
    </message>
    <message>
        <source>recording a night</source>
        <translation>记录夜间学习</translation>
    </message>
    <message>
        <source>recording an adapter</source>
        <translation>记录适配器</translation>
    </message>
    <message>
        <source>opening adapter {number}</source>
        <translation>打开第 {number} 号适配器</translation>
    </message>
    <message>
        <source>putting the adapter on the shelf</source>
        <translation>存放适配器</translation>
    </message>
    <message>
        <source>changing the adapter</source>
        <translation>更换适配器</translation>
    </message>
    <message>
        <source>changing the strength</source>
        <translation>改变强度</translation>
    </message>
    <message>
        <source>removing the adapter</source>
        <translation>移除适配器</translation>
    </message>
    <message>
        <source>importing the adapter</source>
        <translation>导入适配器</translation>
    </message>
    <message>
        <source>exporting the adapter</source>
        <translation>导出适配器</translation>
    </message>
    <message>
        <source>exporting your data</source>
        <translation>导出你的数据</translation>
    </message>
    <message>
        <source>going back</source>
        <translation>退回</translation>
    </message>
    <message>
        <source>reading the model “{name}”</source>
        <translation>读取模型“{name}”</translation>
    </message>
    <message>
        <source>looking ahead</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>measuring</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>practising</source>
        <translation>练习</translation>
    </message>
    <message>
        <source>unpacking the reading skill</source>
        <translation>解压阅读能力</translation>
    </message>
    <message>
        <source>reading the lock of your notes</source>
        <translation>读取笔记的锁</translation>
    </message>
    <message>
        <source>changing the password</source>
        <translation>更改密码</translation>
    </message>
    <message>
        <source>unlocking your notes</source>
        <translation>解锁你的笔记</translation>
    </message>
    <message>
        <source>installing</source>
        <translation>安装</translation>
    </message>
    <message>
        <source>updating Personal AI</source>
        <translation>更新 Personal AI</translation>
    </message>
    <message>
        <source>going back to the earlier version</source>
        <translation>退回早先的版本</translation>
    </message>
    <message>
        <source>changing what starts with your computer</source>
        <translation>更改开机启动项</translation>
    </message>
    <message>
        <source>setting the timer for your nights</source>
        <translation>设置夜间学习的定时器</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>没有这样的文件或文件夹</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>输入输出错误</translation>
    </message>
    <message>
        <source>No such device</source>
        <translation>没有这样的设备</translation>
    </message>
    <message>
        <source>Stale file handle</source>
        <translation>文件已失去联系</translation>
    </message>
    <message>
        <source>Connection timed out</source>
        <translation>连接超时</translation>
    </message>
    <message>
        <source>Host is down</source>
        <translation>主机已关闭</translation>
    </message>
    <message>
        <source>Transport endpoint is not connected</source>
        <translation>网络文件夹未连接</translation>
    </message>
    <message>
        <source>Too many open files</source>
        <translation>打开的文件太多</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>文件名太长</translation>
    </message>
    <message>
        <source>File exists</source>
        <translation>文件已存在</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>是一个文件夹</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>不是文件夹</translation>
    </message>
    <message>
        <source>Directory not empty</source>
        <translation>文件夹不是空的</translation>
    </message>
    <message>
        <source>Device or resource busy</source>
        <translation>设备正忙</translation>
    </message>
    <message>
        <source>Invalid argument</source>
        <translation>参数无效</translation>
    </message>
    <message>
        <source>Learn at night</source>
        <translation>夜间学习</translation>
    </message>
    <message>
        <source>Your notes are learned by themselves in the quiet hours.</source>
        <translation>在安静时段自动学习你的笔记。</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>to</source>
        <translation>至</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Quiet hours</source>
        <translation>安静时段</translation>
    </message>
    <message>
        <source>Learning starts and stops within these hours.</source>
        <translation>学习只在这段时间内进行。</translation>
    </message>
    <message>
        <source>Longest night</source>
        <translation>每夜最长时间</translation>
    </message>
    <message>
        <source>A night ends after this time at the latest.</source>
        <translation>到了这个时间，当夜的学习就结束。</translation>
    </message>
    <message>
        <source>Only while plugged in</source>
        <translation>仅在接通电源时</translation>
    </message>
    <message>
        <source>On battery the night waits, and says so in the sidebar.</source>
        <translation>使用电池时会等待，并在侧栏说明。</translation>
    </message>
    <message>
        <source>Battery to keep</source>
        <translation>保留电量</translation>
    </message>
    <message>
        <source>Where it may learn on battery, it stops when only this much is left.</source>
        <translation>允许用电池学习时，剩到这个电量就停止。</translation>
    </message>
    <message>
        <source>Tell me in the morning</source>
        <translation>早上告诉我</translation>
    </message>
    <message>
        <source>One notification says what the night came to.</source>
        <translation>用一条通知说明这一夜的结果。</translation>
    </message>
    <message>
        <source>Keep running when the window is closed</source>
        <translation>关闭窗口后继续运行</translation>
    </message>
    <message>
        <source>A small icon stays, so that nights can happen.</source>
        <translation>留下一个小图标，以便夜间学习。</translation>
    </message>
    <message>
        <source>Start with your computer</source>
        <translation>随电脑启动</translation>
    </message>
    <message>
        <source>It starts out of sight when you log in, so that nights need nobody.</source>
        <translation>登录时在后台启动，这样夜间学习无需人管。</translation>
    </message>
    <message>
        <source>Nights without the window</source>
        <translation>窗口关闭时也夜间学习</translation>
    </message>
    <message>
        <source>When Personal AI is not running, your system starts it for the night, and it ends by itself.</source>
        <translation>Personal AI 没有运行时，系统会在夜里启动它，学完自动结束。</translation>
    </message>
    <message>
        <source>Names you go by</source>
        <translation>你用的名字</translation>
    </message>
    <message>
        <source>Ida Holm, ida@example.org</source>
        <translation>李明, liming@example.org</translation>
    </message>
    <message>
        <source>Your names and addresses in mail and chats, with commas between. What they wrote is learned as yours. Add a file again to apply it to what is here.</source>
        <translation>你在邮件和聊天中的名字与地址，用逗号分隔。以这些名字写的内容会当作你写的来学习。要用于已有内容，请重新添加文件。</translation>
    </message>
    <message>
        <source>Passed over in folders</source>
        <translation>跳过的文件</translation>
    </message>
    <message>
        <source>*.log, drafts, archive/2019</source>
        <translation>*.log, 草稿, 归档/2019</translation>
    </message>
    <message>
        <source>Names of files and folders that are not read, with commas between. Hidden ones, what programs keep beside your files, and what Obsidian leaves out are passed over anyway.</source>
        <translation>不读取的文件和文件夹的名称，用逗号分隔。隐藏文件、程序附带的文件以及 Obsidian 忽略的内容本来就会跳过。</translation>
    </message>
    <message>
        <source>Folders that stay current</source>
        <translation>保持最新的文件夹</translation>
    </message>
    <message>
        <source>What is kept where, take everything along, lock with a password, delete everything.</source>
        <translation>什么存放在哪里，全部带走，用密码锁定，删除全部。</translation>
    </message>
    <message>
        <source>Open privacy</source>
        <translation>打开隐私页</translation>
    </message>
    <message>
        <source>Nothing leaves this machine</source>
        <translation>任何内容都不会离开本机</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>浅色或深色</translation>
    </message>
    <message>
        <source>How the window looks.</source>
        <translation>窗口的样子。</translation>
    </message>
    <message>
        <source>What the window speaks, from its next start on.</source>
        <translation>窗口使用的语言，下次启动时生效。</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>Ctrl and + or - change it on any page.</source>
        <translation>在任何页面都可以用 Ctrl 加 + 或 - 调整。</translation>
    </message>
    <message>
        <source>Show all keys</source>
        <translation>显示所有快捷键</translation>
    </message>
    <message>
        <source>Everything can be done without a mouse.</source>
        <translation>一切操作都可以不用鼠标。</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>Free software under the Apache License 2.0. It stands on llama.cpp, PyTorch, PEFT, SQLite and Qt; letters: Inter and JetBrains Mono. The built-in model is SmolLM2 by Hugging Face.</source>
        <translation>自由软件，采用 Apache License 2.0 许可。它建立在 llama.cpp、PyTorch、PEFT、SQLite 和 Qt 之上；字体：Inter 和 JetBrains Mono。内置模型是 Hugging Face 的 SmolLM2。</translation>
    </message>
    <message>
        <source>Update from a file…</source>
        <translation>从文件更新…</translation>
    </message>
    <message>
        <source>Your notes are copied first, and this version stays beside the new one</source>
        <translation>会先备份你的笔记，当前版本也会与新版本并存</translation>
    </message>
    <message>
        <source>Go back a version</source>
        <translation>退回上一版本</translation>
    </message>
    <message>
        <source>Update Personal AI</source>
        <translation>更新 Personal AI</translation>
    </message>
    <message>
        <source>Checking the file and copying your notes, then unpacking. This takes about a minute.</source>
        <translation>正在检查文件、备份笔记，然后解压，大约需要一分钟。</translation>
    </message>
    <message>
        <source>Version {version} is installed. It opens when you start Personal AI the next time.</source>
        <translation>版本 {version} 已安装，下次启动 Personal AI 时生效。</translation>
    </message>
    <message>
        <source>Version {version} opens when you start Personal AI the next time.</source>
        <translation>下次启动 Personal AI 时会打开版本 {version}。</translation>
    </message>
    <message>
        <source>{n} h</source>
        <translation>{n} 小时</translation>
    </message>
    <message>
        <source>“{name}” lets a model hear, and not see. Only pictures can be looked at.</source>
        <translation>“{name}”让模型能听，而不是能看。这里只能看图片。</translation>
    </message>
    <message>
        <source>“{name}” lets a model see, and is no model itself. Add the model it belongs to first, then this file.</source>
        <translation>“{name}”是让模型看图的文件，本身不是模型。请先添加它所属的模型，再添加此文件。</translation>
    </message>
    <message>
        <source>“{name}” lets a model see, and may belong to {models}. Use the one it was made for, and add the file once more.</source>
        <translation>“{name}”是让模型看图的文件，可能属于 {models}。请使用它所属的那个模型，然后再次添加此文件。</translation>
    </message>
    <message>
        <source>“{name}” lets a model see, and none that you added is the one it was made for. Add that model first, then this file once more.</source>
        <translation>“{name}”是让模型看图的文件，但你添加的模型中没有它所属的那个。请先添加那个模型，再次添加此文件。</translation>
    </message>
    <message>
        <source>“{name}” was made for another model than “{model}”.</source>
        <translation>“{name}”不是为“{model}”制作的，而是属于另一个模型。</translation>
    </message>
    <message>
        <source>“{name}” was made for another model: this one lacks words that it needs. Look for the one that is offered beside the model.</source>
        <translation>“{name}”属于另一个模型：这个模型缺少它需要的词。请寻找与该模型一同提供的那一个。</translation>
    </message>
    <message>
        <source>“{name}” cannot be loaded with this model: it is damaged, was made for another model, or is of a kind that this program does not know. Look for the one that is offered beside the model.</source>
        <translation>“{name}”无法与此模型一起加载：它已损坏、属于另一个模型，或是本程序不认识的种类。请寻找与该模型一同提供的那一个。</translation>
    </message>
    <message>
        <source>“{name}” is damaged (it does not say which models it is for). Copy or download it again and add it once more.</source>
        <translation>“{name}”已损坏（没有说明它属于哪些模型）。请重新复制或下载，再添加一次。</translation>
    </message>
    <message>
        <source>This model counts the places of a picture in a way that this program does not know (M-RoPE), so it cannot look at pictures here. Another model can, such as one of the Gemma 3 family.</source>
        <translation>此模型以本程序不认识的方式（M-RoPE）计算图片的位置，因此在这里不能看图片。其他模型可以，例如 Gemma 3 系列。</translation>
    </message>
    <message>
        <source>The part of llama.cpp that looks at pictures is missing. Run “python3 packaging/dev.py setup” again, or install Personal AI again.</source>
        <translation>缺少 llama.cpp 中看图片的部分。请再次运行“python3 packaging/dev.py setup”，或重新安装 Personal AI。</translation>
    </message>
    <message>
        <source>This model cannot look at pictures. Choose one that can, or ask without them.</source>
        <translation>此模型不能看图片。请选择一个能看的模型，或不带图片提问。</translation>
    </message>
    <message>
        <source>This model sees more of a picture at once than this program can give it. Choose another.</source>
        <translation>此模型一次要看的图片内容超出了本程序能给它的。请选择另一个模型。</translation>
    </message>
    <message>
        <source>A picture of this conversation is damaged, so it cannot be looked at. Attach it again.</source>
        <translation>此对话中有一张图片已损坏，无法查看。请重新附上它。</translation>
    </message>
    <message>
        <source>This picture cannot be made ready for the model. Try another size, or another format.</source>
        <translation>无法为模型准备这张图片。请换一种尺寸或格式再试。</translation>
    </message>
    <message>
        <source>There is not enough memory to look at this picture. Close other programs and try again.</source>
        <translation>内存不足，无法查看这张图片。请关闭其他程序后再试。</translation>
    </message>
    <message>
        <source>The pictures take more than this model can hold in mind at once. Attach fewer or smaller ones, or let it hold more in mind: on the Models page, under Defaults.</source>
        <translation>这些图片超出了此模型一次能记住的内容。请少附几张或附上更小的图片，或让它记住更多：在“模型”页的“默认值”中设置。</translation>
    </message>
    <message>
        <source>The model no longer has in mind what stands above: the chat has outgrown what it can hold.</source>
        <translation>模型已不记得上面的内容：对话超出了它能记住的长度。</translation>
    </message>
    <message>
        <source>{words} It goes on from this summary: {summary}</source>
        <translation>{words}它依据这段摘要继续：{summary}</translation>
    </message>
    <message>
        <source>About one in ten is set aside in the night, to prove that the others were learned.</source>
        <translation>夜里大约会留出十分之一，用来验证其余的是否学会。</translation>
    </message>
    <message>
        <source>Search what it will learn</source>
        <translation>搜索要学的内容</translation>
    </message>
    <message>
        <source>Search the facts</source>
        <translation>搜索知识点</translation>
    </message>
    <message>
        <source>Open the note</source>
        <translation>打开笔记</translation>
    </message>
    <message>
        <source>As it is  ·  Enter</source>
        <translation>照原样  ·  Enter</translation>
    </message>
    <message>
        <source>Edit  ·  E</source>
        <translation>编辑  ·  E</translation>
    </message>
    <message>
        <source>Never  ·  N</source>
        <translation>不学  ·  N</translation>
    </message>
    <message>
        <source>Reading your notes…</source>
        <translation>正在读取你的笔记…</translation>
    </message>
    <message>
        <source>Nothing to learn yet</source>
        <translation>还没有可学的内容</translation>
    </message>
    <message>
        <source>Add notes of your own with a few sentences in them; what it takes from them stands here.</source>
        <translation>添加几篇你自己写的、有几句话的笔记；从中提取的知识点会列在这里。</translation>
    </message>
    <message>
        <source>No fact holds these words.</source>
        <translation>没有知识点包含这些词。</translation>
    </message>
    <message>
        <source>{facts}. {about}</source>
        <translation>{facts}。{about}</translation>
    </message>
    <message>
        <source>{n:,} never</source>
        <translation>{n:,} 个不学</translation>
    </message>
    <message>
        <source>{n:,} in your words</source>
        <translation>{n:,} 个用你的话</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>While they are locked nothing is learned at night. The recovery code opens them, too.</source>
        <translation>锁定期间夜里不学习。恢复码也能打开。</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>正在打开</translation>
    </message>
    <message>
        <source>Your notes are locked</source>
        <translation>你的笔记已锁定</translation>
    </message>
    <message>
        <source>What is new, changed or moved in these folders is taken over by itself. A note whose file is deleted is set aside: it is not found, used or learned, and waits in the library until you bring it back or delete it for good.</source>
        <translation>这些文件夹中新增、改动或移动的内容会自动更新。文件被删除的笔记会搁置：不被查找、使用或学习，留在资料库里，直到你恢复或彻底删除它。</translation>
    </message>
    <message>
        <source>Keep a folder current</source>
        <translation>让文件夹保持最新</translation>
    </message>
    <message>
        <source>They are meant to be gone</source>
        <translation>确实已删除</translation>
    </message>
    <message>
        <source>The folder stays current no longer; its notes stay in the library</source>
        <translation>文件夹不再保持最新；它的笔记仍留在资料库</translation>
    </message>
    <message>
        <source>Keep {folder} current no longer</source>
        <translation>不再让 {folder} 保持最新</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Paused: what changes in it is taken over when you resume.</source>
        <translation>已暂停：恢复后会更新其中的改动。</translation>
    </message>
    <message>
        <source>Current · {files}.</source>
        <translation>已是最新 · {files}。</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>清除搜索</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
</context>
</TS>
