"""A generator made with LangGraph: a graph of stages, plan, write with tools, check, repair."""

from __future__ import annotations

import uuid
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from talking import MODEL, Task, serve

MOST_REPAIRS = 2


class State(MessagesState):
    repairs: int


async def answer(task: Task) -> dict[str, Any]:
    tools = [tool(each) for each in task.tools]
    model = ChatOpenAI(model=MODEL, base_url=task.base_url, api_key=task.api_key)
    writer = model.bind_tools(tools)

    async def plan(state: State) -> dict[str, Any]:
        wish = HumanMessage("First list the request's conditions, a line each, and no query yet.")
        planned = await model.ainvoke([*state["messages"], wish])
        return {"messages": [wish, planned, HumanMessage("Now write the query.")]}

    async def write(state: State) -> dict[str, Any]:
        return {"messages": [await writer.ainvoke(state["messages"])]}

    def check(state: State) -> dict[str, Any]:
        text = state["messages"][-1].text
        said = "fine" if text.startswith("REFUSE:") else task.check(text)
        if said == "fine":
            return {"repairs": MOST_REPAIRS + 1}
        wish = HumanMessage(f"The checker says: {said}\nMend it, and answer with the query alone.")
        return {"messages": [wish], "repairs": state["repairs"] + 1}

    def after_writing(state: State) -> str:
        last = state["messages"][-1]
        return "tools" if isinstance(last, AIMessage) and last.tool_calls else "check"

    def after_checking(state: State) -> str:
        return END if state["repairs"] > MOST_REPAIRS else "write"

    graph = StateGraph(State)
    graph.add_node("plan", plan)
    graph.add_node("write", write)
    graph.add_node("tools", ToolNode(tools))
    graph.add_node("check", check)
    graph.add_edge(START, "plan")
    graph.add_edge("plan", "write")
    graph.add_conditional_edges("write", after_writing, ["tools", "check"])
    graph.add_edge("tools", "write")
    graph.add_conditional_edges("check", after_checking, ["write", END])
    trace = uuid.uuid4()
    begun = {
        "messages": [SystemMessage(task.instructions), HumanMessage(task.question)],
        "repairs": 0,
    }
    ended = await graph.compile().ainvoke(begun, {"run_id": trace, "recursion_limit": 30})
    said = [each for each in ended["messages"] if isinstance(each, AIMessage)]
    usage = [each.usage_metadata or {} for each in said]
    tokens = tuple(
        sum(each.get(part, 0) for each in usage) for part in ("input_tokens", "output_tokens")
    )
    return task.answer(said[-1].text, calls=len(said), tokens=tokens, trace=str(trace))


if __name__ == "__main__":
    serve(answer)
